using FedPortal.Training.Accounting;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Perturbation;
using Xunit;

namespace FedPortal.Tests.Training.Perturbation;

public class MechanismTests
{
    private const int Dimension = 20_000;

    private static readonly ModelLayout Layout =
        new(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 2), [new TensorEntry("head.weight", 0, [Dimension], false)]);

    [Theory]
    [InlineData(MechanismNames.Skellam)]
    [InlineData(MechanismNames.DiscreteGaussian)]
    [InlineData(MechanismNames.OffsetPoisson)]
    public void FiveSharesTogetherHaveTheNoiseThatThePlanPromises(string mechanism)
    {
        var noise = new LatticeNoise(Dimension, 1, 4096, 2, new NoiseShares(5));
        var perturbation = new UpdatePerturbation(noise, mechanism);
        using RandomWords words = DistributionCheck.Words(9);
        long[] sum = new long[Dimension];

        for (int institution = 0; institution < 5; institution++)
        {
            PerturbedUpdate update = perturbation.Perturb(new ModelUpdate(Layout, new float[Dimension], 10), words);
            for (int i = 0; i < Dimension; i++)
            {
                sum[i] += update.Lattice.Span[i];
            }
        }

        // Relative deviation of a sample variance is √(2/d) = 0.01.
        double variance = sum.Average(value => (double)value * value);
        Assert.Equal(noise.TotalVariance, variance, 0.05 * noise.TotalVariance);
        Assert.True(SumNoiseCheck.Of(sum, 5, noise.LocalVariance).Passed);
        Assert.False(SumNoiseCheck.Of(sum, 6, noise.LocalVariance).Passed);
    }

    [Theory]
    [InlineData(MechanismNames.Clear)]
    [InlineData(MechanismNames.CentredPoissonReal)]
    public void AMechanismWithoutAProofMakesNoPerturbedUpdate(string mechanism) =>
        Assert.Throws<ArgumentException>(() => new UpdatePerturbation(new LatticeNoise(Dimension, 1, 4096, 2, new NoiseShares(5)), mechanism));

    [Fact]
    public void TheNoisyUpdateIsTheClippedUpdatePlusNoise()
    {
        var noise = new LatticeNoise(Dimension, 1, 65536, 1e-3, new NoiseShares(1));
        float[] difference = [.. Enumerable.Range(0, Dimension).Select(i => (i % 5) - 2f)];
        double factor = Clipping.Factor(difference, 1);

        PerturbedUpdate update = new UpdatePerturbation(noise).Perturb(new ModelUpdate(Layout, difference, 10));
        float[] noisy = new float[Dimension];
        update.CopyDifferenceTo(noisy);

        double error = Math.Sqrt(noisy.Zip(difference).Average(pair => Math.Pow(pair.First - (pair.Second * factor), 2)));
        Assert.Equal(1e-3, error, 1e-4);
        Assert.Equal(noise.Release(), update.Release);
    }

    [Fact]
    public void SharesAreSizedForDropoutsAndColluders()
    {
        var shares = new NoiseShares(5, ToleratedDropouts: 1, AssumedColluders: 1);

        Assert.Equal(100, shares.LocalVariance(300));
        Assert.Equal(4, shares.MinimumContributors);
        Assert.Equal(4, shares.SharesSeen(PrivacyView.PublishedSum, 4));
        Assert.Equal(3, shares.SharesSeen(PrivacyView.Colluders, 4));
        Assert.Equal(1, shares.SharesSeen(PrivacyView.SingleUpdate, 4));
        Assert.Throws<ArgumentException>(() => new NoiseShares(3, 2, 1).LocalVariance(1));
    }

    [Fact]
    public void TheOffsetChannelKeepsTheMeanAndDrawsItsRateAsVariance()
    {
        using RandomWords words = DistributionCheck.Words(10);
        var channel = new OffsetPoissonChannel(offset: 1000, bound: 100);
        int[] values = [.. Enumerable.Repeat(60, 100_000)];

        channel.Send(words, values);

        Assert.Equal(60, values.Average(), 5 * Math.Sqrt(1060.0 / values.Length));
        Assert.Equal(1060, values.Average(value => Math.Pow(value - 60, 2)), 1060 * 5 * Math.Sqrt(2.0 / values.Length));
        Assert.Equal(900, channel.LeastRate);
        Assert.Throws<ArgumentException>(() => channel.Send(words, [101]));
    }

    [Fact]
    public void CentredPoissonNoiseOnTheLatticeEndsAtMinusItsRate()
    {
        using RandomWords words = DistributionCheck.Words(11);
        int[] values = new int[50_000];

        new CentredPoissonLatticeNoise(4).AddTo(words, values);

        Assert.Equal(-4, values.Min());
        Assert.Equal(0, values.Average(), 0.05);
        Assert.Equal(Math.Exp(-4), values.Count(value => value == -4) / 50_000.0, 0.004);
    }

    [Fact]
    public void ThePublishedMechanismRevealsEveryFraction()
    {
        using RandomWords words = DistributionCheck.Words(12);
        float[] values = [.. Enumerable.Repeat(0.3f, 1000)];

        new CentredPoissonWithoutGuarantee(rate: 50, scale: 1).AddTo(words, values);

        Assert.All(values, value => Assert.Equal(0.3, value - Math.Floor(value), 1e-4));
        Assert.Equal("no DP guarantee", CentredPoissonWithoutGuarantee.Label);
    }

    [Fact]
    public void PhotonNoiseKeepsTheMeanAndHasTheVarianceOfACount()
    {
        using RandomWords words = DistributionCheck.Words(13);
        float[] pixels = [.. Enumerable.Repeat(0.4f, 100_000)];

        new PhotonNoise(500).Apply(words, pixels);

        Assert.Equal(0.4, pixels.Average(), 5 * Math.Sqrt(0.4 / 500 / pixels.Length));
        Assert.Equal(0.4 / 500, pixels.Average(pixel => Math.Pow(pixel - 0.4, 2)), 0.4 / 500 * 0.03);
    }

    [Fact]
    public void PhotonNoiseOnAnImageLeavesBlackBlack()
    {
        using RandomWords words = DistributionCheck.Words(14);
        var image = new XrayImage(2, 1, [0, 30_000]);

        XrayImage noisy = new PhotonNoise(1e6).Apply(words, image);

        Assert.Equal(0, noisy.Pixels.Span[0]);
        Assert.InRange(noisy.Pixels.Span[1], 29_700, 30_300);
    }
}
