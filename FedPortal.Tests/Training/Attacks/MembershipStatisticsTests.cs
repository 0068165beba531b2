using FedPortal.Training.Attacks;
using Xunit;

namespace FedPortal.Tests.Training.Attacks;

public sealed class MembershipStatisticsTests
{
    [Theory]
    [InlineData(0, 20, 0.025, 0)]
    [InlineData(20, 20, 0.025, 0.83156652)] // 0.025^(1/20)
    [InlineData(1, 10, 0.05, 0.005116197)] // 1 − 0.95^(1/10)
    public void TheLowerBoundIsThatOfTheBinomialTail(int successes, int trials, double error, double expected) =>
        Assert.Equal(expected, ClopperPearson.Lower(successes, trials, error), 1e-8);

    [Theory]
    [InlineData(7, 30)]
    [InlineData(150, 1000)]
    [InlineData(3999, 4000)]
    public void AtTheBounds_TheBinomialTailsAreTheError(int successes, int trials)
    {
        const double Error = 0.025;
        double lower = ClopperPearson.Lower(successes, trials, Error);
        double upper = ClopperPearson.Upper(successes, trials, Error);

        Assert.Equal(Error, Enumerable.Range(successes, trials - successes + 1).Sum(k => Binomial(trials, k, lower)), 1e-9);
        Assert.Equal(Error, Enumerable.Range(0, successes + 1).Sum(k => Binomial(trials, k, upper)), 1e-9);
    }

    [Fact]
    public void TheAucIsTheShareOfPairs()
    {
        double[] members = [3, 1, 2];
        double[] others = [1, 0, 2.5];

        double pairs = members.SelectMany(m => others.Select(o => m > o ? 1.0 : m == o ? 0.5 : 0)).Average();

        Assert.Equal(pairs, MembershipStatistics.Auc(members, others), 12);
    }

    [Fact]
    public void ScoresThatTellMembersApart_AreFound_AndTheBoundStaysBelowItsCeiling()
    {
        MembershipReport report = MembershipStatistics.Of(Normal(400, 400, shift: 1.5), delta: 1e-5);

        Assert.True(report.Auc.Lower > 0.7, $"{report.Auc}");
        Assert.True(report.BalancedAccuracy.Lower > 0.6, $"{report.BalancedAccuracy}");
        Assert.InRange(report.Epsilon.LowerBound, 0.5, report.Epsilon.Ceiling);
        Assert.Equal([10, 100, 1000], report.LowFalsePositives.Select(rate => rate.NonMembersNeeded));
        Assert.NotNull(report.LowFalsePositives[1].TruePositiveRate);
        Assert.Null(report.LowFalsePositives[2].TruePositiveRate);
    }

    [Fact]
    public void WithoutAnyDifference_TheIntervalsHoldOneHalf_AndNothingIsFound()
    {
        MembershipReport report = MembershipStatistics.Of(Normal(400, 400, shift: 0), delta: 1e-5);

        Assert.InRange(0.5, report.Auc.Lower!.Value, report.Auc.Upper!.Value);
        Assert.InRange(0.5, report.BalancedAccuracy.Lower!.Value, report.BalancedAccuracy.Upper!.Value);
        Assert.Equal(0, report.Epsilon.LowerBound);
    }

    [Fact]
    public void APerfectAttack_ReachesItsCeilingAndNoMore()
    {
        var trials = new MembershipTrials([.. Enumerable.Repeat(1.0, 60)], [.. Enumerable.Repeat(0.0, 60)]);

        EpsilonFinding finding = MembershipStatistics.Of(trials, delta: 0).Epsilon;

        // Thirty of thirty and none of thirty: ln(0.025^(1/30) / (1 − 0.025^(1/30))).
        double exact = Math.Pow(0.025, 1.0 / 30);
        Assert.Equal(Math.Log(exact / (1 - exact)), finding.Ceiling, 1e-9);
        Assert.Equal(finding.Ceiling, finding.LowerBound, 1e-12);
    }

    /// <summary>Randomised response at ε = 1 is exactly as private as it says: the bound may exceed 1 in at most one experiment of twenty.</summary>
    [Fact]
    public void AgainstAMechanismOfKnownEpsilon_TheBoundStaysBelowIt()
    {
        int tooHigh = Enumerable.Range(0, 100).Count(experiment =>
        {
            var random = new Random(experiment);
            double Answer(bool truth) => (random.NextDouble() < Math.E / (1 + Math.E)) == truth ? 1 : 0;
            var trials = new MembershipTrials([.. Enumerable.Range(0, 300).Select(_ => Answer(true))], [.. Enumerable.Range(0, 300).Select(_ => Answer(false))]);
            return MembershipStatistics.Of(trials, delta: 0, seed: experiment).Epsilon.LowerBound > 1;
        });

        Assert.InRange(tooHigh, 0, 9);
    }

    [Fact]
    public void Histograms_KeepTheScoresToHalfABin_AndRefuseWhatIsNoCount()
    {
        double[] scores = [-20, -3.21, 0.004, 7.77, 20];
        ScoreHistogram twice = ScoreHistogram.Sum([ScoreHistogram.Of(scores), ScoreHistogram.Of(scores)]);

        Assert.Equal(10, twice.Total);
        Assert.All(twice.Scores().Chunk(2).Select(pair => pair[0]).Zip(scores), pair => Assert.Equal(pair.Second, pair.First, 0.0251));
        float[] broken = new float[ScoreHistogram.BinCount];
        broken[5] = 0.5f;
        Assert.Throws<InvalidDataException>(() => ScoreHistogram.FromCounts(broken));
    }

    [Fact]
    public void PatientsCountOnce()
    {
        double[] scores = LossScores.ByPatient([1, 3, 10, 20], ["a", "a", null, null]);

        Assert.Equal([2, 10, 20], scores);
    }

    [Fact]
    public void TheWording_NeverProvesAnythingSmall()
    {
        var found = new EpsilonFinding(1.234, 4, 0.95, 1e-5, "", "");

        Assert.Contains("The audit found ε ≥ 1.23", AttackWording.Of(found), StringComparison.Ordinal);
        Assert.Contains("no proof of privacy", AttackWording.Of(found with { LowerBound = 0 }), StringComparison.Ordinal);
        Assert.Equal(ClaimVerdict.Exceeded, new PrivacyClaim(1, 1e-5, "patient", "published sum").Judge(found));
        Assert.Equal(ClaimVerdict.NotExceeded, new PrivacyClaim(2, 1e-5, "patient", "published sum").Judge(found));
        Assert.Equal(ClaimVerdict.NothingClaimed, PrivacyClaim.Nothing.Judge(found));
    }

    private static MembershipTrials Normal(int members, int others, double shift)
    {
        var random = new Random(5);
        double Draw() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return new MembershipTrials([.. Enumerable.Range(0, members).Select(_ => Draw() + shift)], [.. Enumerable.Range(0, others).Select(_ => Draw())]);
    }

    private static double Binomial(int n, int k, double p)
    {
        double log = (k * Math.Log(p)) + ((n - k) * Math.Log(1 - p));
        for (int i = 1; i <= k; i++)
        {
            log += Math.Log(n - k + i) - Math.Log(i);
        }

        return Math.Exp(log);
    }
}
