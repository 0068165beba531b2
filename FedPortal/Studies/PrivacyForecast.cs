using FedPortal.Training.Accounting;
using FedPortal.Training.Protection;

namespace FedPortal.Studies;

/// <summary>ε of a whole study in the three views, before its first round.</summary>
internal static class PrivacyForecast
{
    /// <param name="protectionOf">The numbers of a round, from 1.</param>
    public static PlannedPrivacy Of(PrivacyProfile profile, int institutions, int rounds, Func<int, RoundProtection> protectionOf)
    {
        NoiseShares shares = profile.SharesOf(institutions).Checked();
        RoundProtection[] all = profile.Schedule == NoiseScheduleKind.Constant
            ? [.. Enumerable.Repeat(protectionOf(1), rounds)]
            : [.. Enumerable.Range(1, rounds).Select(protectionOf)];
        return new PlannedPrivacy(
            profile.ReleasedMechanism, profile.Unit.ToString().ToLowerInvariant(), "zero-out", profile.Delta, profile.EpsilonCap, profile.NoiseIntensity, profile.ClippingNorm,
            profile.AssumedDropouts, profile.AssumedColluders, profile.HasNoise ? shares.MinimumContributors : 1, [.. PrivacyAccountant.Views.Select(view => LossOf(view, all, shares, profile))]);
    }

    public static double? EpsilonOf(PrivacyStatement statement) => statement is EpsilonStatement known ? known.Epsilon : null;

    private static PlannedLoss LossOf(PrivacyView view, RoundProtection[] rounds, NoiseShares shares, PrivacyProfile profile)
    {
        PrivacyCost expected = Sum(view, rounds, shares, shares.Institutions, profile, withSketches: true).Last();
        PrivacyCost sumsAlone = Sum(view, rounds, shares, shares.MinimumContributors, profile, withSketches: false).Last();
        PrivacyStatement[] limits = [.. Sum(view, rounds, shares, shares.MinimumContributors, profile, withSketches: true).Select(cost => PrivacyStatement.For(cost, profile.Delta))];
        return new PlannedLoss(
            view.ToString(), EpsilonOf(PrivacyStatement.For(expected, profile.Delta)), EpsilonOf(limits[^1]), PrivacyWording.Of(limits[^1]), [.. limits.Select(EpsilonOf)],
            EpsilonOf(PrivacyStatement.For(sumsAlone, profile.Delta)));
    }

    // Cost after each round. Rounds are alike where the schedule is constant, so the same release is worked out once.
    private static IEnumerable<PrivacyCost> Sum(PrivacyView view, RoundProtection[] rounds, NoiseShares shares, int contributors, PrivacyProfile profile, bool withSketches)
    {
        (RoundProtection? known, PrivacyCost? cost, PrivacyCost? sum) = (null, null, null);
        foreach (RoundProtection round in rounds)
        {
            if (!ReferenceEquals(round, known))
            {
                (known, cost) = (round, CostOf(round, shares.SharesSeen(view, contributors), contributors, profile, withSketches));
            }

            sum = sum is null ? cost! : PrivacyCost.Add(sum, cost!);
            yield return sum;
        }
    }

    // As the ledgers charge: a sketch is seen alone, so its noise counts as if all contributors together made it up.
    private static PrivacyCost CostOf(RoundProtection round, int seen, int contributors, PrivacyProfile profile, bool withSketches)
    {
        PrivacyCost update = (round.UpdateRelease with { SamplingRate = profile.SamplingRate }).Cost(seen, RenyiOrders.Standard);
        return !withSketches || round.SketchRelease is not { } sketch ? update
            : round.Screening.Sketch.NoiseIntensity == 0 ? PrivacyCost.Add(update, new UnboundedCost("each institution's sketch is shown to the portal without noise"))
            : PrivacyCost.Add(update, (sketch with { LocalNoise = sketch.LocalNoise / contributors }).Cost(seen, RenyiOrders.Standard));
    }
}
