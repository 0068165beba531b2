using FedPortal.Tests.Support;
using FedPortal.Tests.Training.PrivateHead;
using FedPortal.Training.Accounting;
using FedPortal.Training.Attacks;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;
using Xunit;

namespace FedPortal.Tests.Training.Attacks;

/// <summary>The attacks against the real training of a head, with and without its noise.</summary>
public sealed class HeadShadowTests
{
    private const int Dimension = 128;
    private const int Canary = 60;

    [Fact]
    public async Task CanariesInAHeadWithoutNoise_AreFound_AndItsNoiseHidesThem()
    {
        CanaryReport clear = await AuditAsync(Plan() with { LearningRate = 20, Rounds = 60 });
        PrivateHeadPlan noisy = Plan().WithNoiseFor(1);
        CanaryReport hidden = await AuditAsync(noisy);

        Assert.InRange(clear.Epsilon.LowerBound, 0.3, clear.Epsilon.Ceiling);
        Assert.True(hidden.Epsilon.LowerBound <= 1, $"claimed 1, found {hidden.Epsilon.LowerBound}");
        Assert.Equal(ClaimVerdict.NotExceeded, new PrivacyClaim(1, noisy.Delta, "patient", "published sum").Judge(hidden.Epsilon));
    }

    [Fact]
    public async Task LiRa_OnAnOverfittedHead_FindsMembers_AndOnAPrivateHeadNoMoreThanIsClaimed()
    {
        LikelihoodRatioReport clear = await RatioAsync(Plan() with { LearningRate = 20, Rounds = 100 });
        LikelihoodRatioReport hidden = await RatioAsync(Plan().WithNoiseFor(0.5));

        Assert.True(clear.Report.Auc.Lower > 0.5, $"{clear.Report.Auc}");
        Assert.True(hidden.Report.Epsilon.LowerBound <= 0.5, $"{hidden.Report.Epsilon}");
        Assert.True(hidden.Report.Auc.Value < clear.Report.Auc.Value, $"{hidden.Report.Auc} {clear.Report.Auc}");
    }

    private static async Task<CanaryReport> AuditAsync(PrivateHeadPlan plan)
    {
        FeatureSet real = Features(units: 40);
        var shadows = new HeadShadows(Canaries.Behind(real, Canary, seed: 2), plan) { Randomness = Seeded() };
        using var folder = new TemporaryFolder();
        using var scores = new ShadowScoreFile(folder.At("scores"), new string('c', 64), shadows.Units);
        return await new CanaryAudit(shadows.TrainAsync, 40, Canary, seed: 4, plan.Delta).RunAsync(scores, null, TestContext.Current.CancellationToken);
    }

    private static async Task<LikelihoodRatioReport> RatioAsync(PrivateHeadPlan plan)
    {
        var shadows = new HeadShadows(Features(units: 80), plan) { Randomness = Seeded() };
        using var folder = new TemporaryFolder();
        using var scores = new ShadowScoreFile(folder.At("scores"), new string('d', 64), shadows.Units);
        return await new LikelihoodRatioAttack(shadows.TrainAsync, shadows.Units, new LikelihoodRatioOptions()).RunAsync(scores, null, TestContext.Current.CancellationToken);
    }

    /// <summary>Bounds that hold with a confidence of 95 % are exceeded by chance now and then, so the noise is the same every time.</summary>
    private static Func<RandomWords> Seeded()
    {
        byte model = 0;
        return () => HeadSamples.Words(model++);
    }

    private static PrivateHeadPlan Plan() => new() { Dimension = Dimension, ClassCount = 2, Shares = new NoiseShares(1), DeclaredPatients = 40 };

    /// <summary>Directions and labels that have nothing to do with each other: whatever a head gets right, it remembers.</summary>
    private static FeatureSet Features(int units)
    {
        var random = new Random(3);
        float[] features = new float[units * Dimension];
        for (int unit = 0; unit < units; unit++)
        {
            double[] direction = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextDouble() - 0.5)];
            double length = Math.Sqrt(direction.Sum(value => value * value));
            for (int i = 0; i < Dimension; i++)
            {
                features[(unit * Dimension) + i] = (float)(direction[i] / length);
            }
        }

        return new FeatureSet(Dimension, 2, features, [.. Enumerable.Range(0, units).Select(_ => random.Next(2))], [.. Enumerable.Range(0, units).Select(unit => $"{unit:D4}")]);
    }
}
