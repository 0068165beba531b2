using FedPortal.Training.Perturbation;
using Xunit;

namespace FedPortal.Tests.Training.Perturbation;

public class PoissonSamplerTests
{
    private const int Count = 100_000;

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(9.99)]
    [InlineData(10)]
    [InlineData(37.5)]
    [InlineData(1000.25)]
    [InlineData(1e6)]
    [InlineData(1e10)]
    public void PoissonNumbersFollowTheirDistribution(double rate)
    {
        using RandomWords words = DistributionCheck.Words(1);
        var reference = DistributionCheck.Poisson(rate);

        long[] samples = [.. Enumerable.Range(0, Count).Select(_ => PoissonSampler.Sample(words, rate))];

        reference.AssertFits(samples);
        reference.AssertMoments(samples);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(25)]
    [InlineData(1e5)]
    [InlineData(1e10)]
    public void TheVarianceOfSimpleSkellamNumbersIsTheVarianceThatIsCharged(double variance)
    {
        using RandomWords words = DistributionCheck.Words(2);
        var reference = DistributionCheck.Skellam(variance);

        long[] samples = [.. Enumerable.Range(0, Count).Select(_ => PoissonSampler.SampleSkellam(words, variance))];

        Assert.Equal(variance, reference.Variance, variance * 1e-9);
        reference.AssertFits(samples);
        reference.AssertMoments(samples);
    }

    [Fact]
    public void ARateOfZeroIsAlwaysZero()
    {
        using RandomWords words = DistributionCheck.Words(3);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(0, PoissonSampler.Sample(words, 0)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e16)]
    public void ARateOutOfRangeIsRefused(double rate)
    {
        using RandomWords words = DistributionCheck.Words(4);

        Assert.Throws<ArgumentOutOfRangeException>(() => PoissonSampler.Sample(words, rate));
    }
}
