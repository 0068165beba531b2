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
        PrivacyCost expected = Sum(view, rounds, shares.SharesSeen(view, shares.Institutions), profile).Last();
        PrivacyStatement[] limits = [.. Sum(view, rounds, shares.SharesSeen(view, shares.MinimumContributors), profile).Select(cost => PrivacyStatement.For(cost, profile.Delta))];
        return new PlannedLoss(
            view.ToString(), EpsilonOf(PrivacyStatement.For(expected, profile.Delta)), EpsilonOf(limits[^1]), PrivacyWording.Of(limits[^1]), [.. limits.Select(EpsilonOf)]);
    }

    // Cost after each round. Rounds are alike where the schedule is constant, so the same release is worked out once.
    private static IEnumerable<PrivacyCost> Sum(PrivacyView view, RoundProtection[] rounds, int seen, PrivacyProfile profile)
    {
        (RoundProtection? known, PrivacyCost? cost, PrivacyCost? sum) = (null, null, null);
        foreach (RoundProtection round in rounds)
        {
            if (!ReferenceEquals(round, known))
            {
                (known, cost) = (round, CostOf(view, round, seen, profile));
            }

            sum = sum is null ? cost! : PrivacyCost.Add(sum, cost!);
            yield return sum;
        }
    }

    // Only whoever can see a single institution's submission sees its sketch, with one share of noise.
    private static PrivacyCost CostOf(PrivacyView view, RoundProtection round, int seen, PrivacyProfile profile)
    {
        PrivacyCost update = (round.UpdateRelease with { SamplingRate = profile.SamplingRate }).Cost(seen, RenyiOrders.Standard);
        return view == PrivacyView.SingleUpdate && round.SketchRelease is { } sketch ? PrivacyCost.Add(update, sketch.Cost(1, RenyiOrders.Standard)) : update;
    }
}
