using FedPortal.Training.Perturbation;
using Xunit;

namespace FedPortal.Tests.Training.Perturbation;

public class NoiseTableTests
{
    private const int Count = 400_000;

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(9000)]
    [InlineData(40_000)]
    [InlineData(1e7)]
    [InlineData(1e10)]
    public void SkellamNumbersFollowTheirDistributionAndDrawTheVarianceThatIsCharged(double variance)
    {
        using RandomWords words = DistributionCheck.Words(5);
        var reference = DistributionCheck.Skellam(variance);
        var table = NoiseTable.Skellam(variance);

        long[] samples = Draw(table, words);

        Assert.Equal(table.Variance, reference.Variance, variance * 1e-9);
        reference.AssertFits(samples);
        reference.AssertMoments(samples);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1e6)]
    public void DiscreteGaussianNumbersFollowTheirDistribution(double variance)
    {
        using RandomWords words = DistributionCheck.Words(6);
        var reference = DistributionCheck.Gaussian(variance);
        var table = NoiseTable.DiscreteGaussian(variance);

        long[] samples = Draw(table, words);

        Assert.Equal(table.Variance, reference.Variance, variance * 1e-9);
        reference.AssertFits(samples);
        reference.AssertMoments(samples);
    }

    /// <summary>Not by sampling: the table's own integers give every probability, and they are compared with the Bessel recurrence.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(2000)]
    [InlineData(1e6)]
    public void EveryProbabilityOfTheTableIsExactToTwoToTheMinusForty(double variance)
    {
        var table = NoiseTable.Skellam(variance);
        var reference = DistributionCheck.Skellam(variance);
        int within = (int)(8 * Math.Sqrt(variance));
        double accepted = Enumerable.Range(table.First, 2 * table.Bound).Sum(x => Hat(table, x) * table.AcceptanceOf(x));

        double worst = Enumerable.Range(-within, (2 * within) + 1)
            .Max(x => Math.Abs((Hat(table, x) * table.AcceptanceOf(x) / accepted / reference.Probability(x)) - 1));

        Assert.True(worst < Math.Pow(2, -40), $"The worst relative error is {worst:g3}.");
    }

    [Fact]
    public void BlockWeightsSumToTheirTotalExactly()
    {
        IReadOnlyList<UInt128> weights = NoiseTable.Skellam(12345).Weights;

        Assert.Equal(UInt128.One << NoiseTable.WeightBits, weights.Aggregate(UInt128.Zero, (a, b) => a + b));
    }

    [Fact]
    public void AliasColumnsGiveEveryBlockItsExactWeight()
    {
        IReadOnlyList<UInt128> weights = NoiseTable.Skellam(1e8).Weights;
        var rebuilt = new UInt128[weights.Count];
        UInt128 capacity = UInt128.One << (NoiseTable.WeightBits - NoiseTable.ColumnBits);

        AliasColumns.Fill(weights, NoiseTable.WeightBits, (column, threshold, alias) =>
        {
            if (column < rebuilt.Length)
            {
                rebuilt[column] += threshold;
            }

            rebuilt[alias] += capacity - threshold;
        });

        Assert.Equal(weights, rebuilt);
    }

    [Fact]
    public void NoiseIsAddedToWhatIsThere()
    {
        using RandomWords one = DistributionCheck.Words(7);
        using RandomWords same = DistributionCheck.Words(7);
        var table = NoiseTable.Skellam(1e4);
        int[] noise = new int[777];
        int[] values = [.. Enumerable.Range(0, 777)];

        table.Fill(one, noise);
        table.AddTo(same, values);

        Assert.Equal(noise.Select((sample, i) => sample + i), values);
    }

    [Fact]
    public void ADiscreteGaussianThatIsTooNarrowForItsTheoremIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseTable.DiscreteGaussian(63));

    private static double Hat(NoiseTable table, long x) => (double)table.Weights[(int)((x - table.First) >> table.BlockBits)];

    private static long[] Draw(NoiseTable table, RandomWords words)
    {
        int[] samples = new int[Count];
        table.Fill(words, samples);
        return [.. samples.Select(sample => (long)sample)];
    }
}
