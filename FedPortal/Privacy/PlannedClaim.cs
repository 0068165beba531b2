using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Attacks;
using FedPortal.Training.Learning;

namespace FedPortal.Privacy;

/// <summary>The ε that a study's settings promise for a model version: what an attack test is held against.</summary>
public static class PlannedClaim
{
    /// <summary>True where the number of values that travel must be known.</summary>
    public static bool DependsOnSize(StudyDesign design) => design.Strategy.IsProtected() && design.Privacy is { HasNoise: true, Regime: PrivacyRegime.FullNetwork };

    /// <param name="design">The study.</param>
    /// <param name="parameters">Values that travel in a round; counts where <see cref="DependsOnSize"/> says so.</param>
    /// <param name="institutions">Of the roster.</param>
    /// <param name="rounds">Rounds that the model saw: its version.</param>
    public static PrivacyClaim Of(StudyDesign design, int parameters, int institutions, int rounds)
    {
        PrivacyProfile privacy = design.Privacy;
        var nothing = new PrivacyClaim(null, privacy.Delta, UnitOf(privacy), "published sum");
        if (!design.Strategy.IsProtected() || !privacy.HasNoise || rounds < 1)
        {
            return nothing;
        }

        int dimension = privacy.Regime == PrivacyRegime.PrivateHead ? (privacy.HeadDimensions + 1) * design.Classes.Count : parameters;
        NoiseShares shares = privacy.SharesOf(institutions);
        PrivacyCost total = Enumerable.Range(1, rounds)
            .Select(round => Release(privacy, dimension, institutions, round).Cost(shares.SharesSeen(PrivacyView.PublishedSum, shares.MinimumContributors), RenyiOrders.Standard))
            .Aggregate(PrivacyCost.Add);
        return PrivacyStatement.For(total, privacy.Delta) is EpsilonStatement known ? nothing with { Epsilon = known.Epsilon } : nothing;
    }

    private static ReleaseParameters Release(PrivacyProfile privacy, int dimension, int institutions, int round)
    {
        double clip = privacy.ClippingNormOf(round);
        double rate = privacy.Regime == PrivacyRegime.PrivateHead ? privacy.SamplingRate : 1;
        return privacy.NoiseFor(dimension, institutions, round, PrivacyQuestion.DefaultScaledClip / clip).Release(privacy.Mechanism) with { SamplingRate = rate };
    }

    private static string UnitOf(PrivacyProfile privacy) => privacy.Unit == PrivacyUnit.Patient ? "patient" : "institution";
}
