using FedPortal.Privacy;
using FedPortal.Training.Accounting;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FedPortal.Tests.Portal.Domain;

public sealed class RiskRulesTests
{
    private static readonly PrivacyProfile Agreed = new() { NoiseIntensity = 5, AssumedColluders = 1, EpsilonCap = 4 };

    [Fact]
    public void NoInputsWhatsoeverCanRaiseSpending()
    {
        Gen<RiskInputs> inputs =
            from attacks in (from found in Gen.Choose(0, 100) from claimed in Gen.Choose(-1, 100) select new AttackFigure("test", found / 10.0, claimed < 0 ? null : claimed / 10.0)).ListOf()
            from months in Gen.Choose(-1, 200)
            from colluders in Gen.Choose(0, 8)
            select new RiskInputs(attacks, months < 0 ? null : months, colluders);

        Prop.ForAll(inputs.ToArbitrary(), given =>
        {
            RiskRestriction restriction = RiskRules.Assess(given, Agreed, institutions: 5).Restriction;
            PrivacyProfile applied = restriction.Applied(Agreed);
            return (restriction.Stops || EpsilonOf(applied) <= EpsilonOf(Agreed)) && applied.EpsilonCap == Agreed.EpsilonCap;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(null, 1.25)]
    [InlineData(0, 1.25)]
    [InlineData(11, 1.25)]
    [InlineData(12, 1.1)]
    [InlineData(35, 1.1)]
    [InlineData(36, 1)]
    public void TheYoungerTheDataTheMoreNoise(int? months, double factor) =>
        Assert.Equal(factor, Assess(months: months).NoiseFactor);

    [Theory]
    [InlineData(0, 4.0, 1, false)]
    [InlineData(1.0, 4.0, 1.25, false)]
    [InlineData(2.5, 4.0, 1.5, false)]
    [InlineData(0.5, null, 1.5, false)]
    [InlineData(4.5, 4.0, 1, true)]
    public void WhatAnAttackFindsCounts(double found, double? claimed, double factor, bool stops)
    {
        RiskRestriction restriction = Assess([new AttackFigure("Membership", found, claimed)]);

        Assert.Equal((factor, stops), (restriction.NoiseFactor, restriction.Stops));
    }

    [Fact]
    public void TheWorstAttackDecides_NotTheLatest() =>
        Assert.True(Assess([new AttackFigure("Canary", 9, 4), new AttackFigure("Membership", 0, 4)]).Stops);

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 1, false)]
    [InlineData(3, 1.4142135623730951, false)]
    [InlineData(5, 1, true)]
    public void MoreColludersThanAgreedCount_FewerDoNot(int colluders, double factor, bool stops)
    {
        RiskRestriction restriction = Assess(colluders: colluders);

        Assert.Equal((factor, stops), (restriction.NoiseFactor, restriction.Stops));
    }

    [Fact]
    public void WithTheRaisedNoise_ThreeColludersLearnNoMoreThanTheAgreedOneWould()
    {
        PrivacyProfile raised = Assess(colluders: 3).Applied(Agreed);

        Assert.Equal(EpsilonOf(Agreed, seenBy: 1), EpsilonOf(raised, seenBy: 3), 1e-9);
    }

    [Fact]
    public void TheFactorsOfTheRulesMultiply() =>
        Assert.Equal(1.5 * 1.25 * Math.Sqrt(2), Assess([new AttackFigure("Membership", 2.5, 4)], months: 3, colluders: 3).NoiseFactor, 1e-12);

    [Fact]
    public void TwoDecisionsTogetherAreAsStrictAsEach()
    {
        var one = new RiskRestriction { NoiseFactor = 1.5 };
        var other = new RiskRestriction { NoiseFactor = 1.1, Stops = true };

        Assert.Equal(new RiskRestriction { NoiseFactor = 1.5, Stops = true }, one.And(other));
        Assert.Equal(one, one.And(RiskRestriction.None));
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void AFactorBelowOneCannotEvenBeWritten(double factor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RiskRestriction { NoiseFactor = factor });

    [Fact]
    public void EveryRuleGivesItsReason_AlsoWhenItDoesNotApply()
    {
        RiskOutcome outcome = RiskRules.Assess(new RiskInputs([], 100, 0), new PrivacyProfile(), 5);

        Assert.True(outcome.Restriction.IsNone);
        Assert.Equal(4, outcome.Reasons.Count);
        Assert.Contains(outcome.Reasons, reason => reason.Finding.Contains("no evidence of safety", StringComparison.Ordinal));
        Assert.Contains(outcome.Reasons, reason => reason.Finding.Contains("adds no noise", StringComparison.Ordinal));
    }

    private static RiskRestriction Assess(IReadOnlyList<AttackFigure>? attacks = null, int? months = 100, int colluders = 1) =>
        RiskRules.Assess(new RiskInputs(attacks ?? [], months, colluders), Agreed, institutions: 5).Restriction;

    /// <summary>ε of one round against so many colluders.</summary>
    private static double EpsilonOf(PrivacyProfile profile, int seenBy = 1)
    {
        LatticeNoise noise = profile.NoiseFor(64, 5, 1, 65536);
        PrivacyCost cost = noise.Release().Cost(5 - seenBy, RenyiOrders.Standard);
        return Assert.IsType<EpsilonStatement>(PrivacyStatement.For(cost, 1e-5)).Epsilon;
    }
}
