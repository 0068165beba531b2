using FedPortal.Training.Accounting;
using FedPortal.Training.Perturbation;
using Xunit;

namespace FedPortal.Tests.Training.Perturbation;

public class LatticeRoundingTests
{
    [Fact]
    public void RoundingIsRightOnAverage()
    {
        using RandomWords words = DistributionCheck.Words(1);
        float[] values = [0.25f, -0.75f, 3, -2.5f];
        double[] sums = new double[4];
        int[] rounded = new int[4];
        for (int i = 0; i < 40_000; i++)
        {
            LatticeRounding.Round(values, 1, 100, words, rounded);
            for (int j = 0; j < 4; j++)
            {
                sums[j] += rounded[j];
            }
        }

        // Standard deviation of the mean: at most 0.5/√40000 = 0.0025.
        Assert.All(values.Zip(sums), pair => Assert.Equal(pair.First, pair.Second / 40_000, 0.0125));
    }

    [Theory]
    [InlineData(1, 0.9)]
    [InlineData(1000, 30)]
    [InlineData(100_003, 500)]
    public void TheExactNormIsWithinTheBoundThatIsCharged(int dimension, double scaledNorm)
    {
        using RandomWords words = DistributionCheck.Words(2);
        float[] values = [.. Enumerable.Repeat((float)(1 / Math.Sqrt(dimension)), dimension)];
        double bound = RoundedNorm.L2Bound(scaledNorm, dimension, RoundedNorm.DefaultBeta);
        int[] rounded = new int[dimension];

        LatticeRounding.Round(values, scaledNorm, bound, words, rounded);

        Assert.True(Math.Sqrt((double)VectorNorm.SquareSum(rounded)) <= bound);
        Assert.Contains(rounded, value => value != 0);
    }

    [Fact]
    public void AVectorThatWasNotClippedFailsClosed()
    {
        using RandomWords words = DistributionCheck.Words(3);
        float[] values = [.. Enumerable.Repeat(2f, 100)];
        int[] rounded = [.. Enumerable.Repeat(7, 100)];

        var refusal = Assert.Throws<InvalidOperationException>(() => LatticeRounding.Round(values, 1, 10, words, rounded));

        Assert.Contains("leaves nothing", refusal.Message, StringComparison.Ordinal);
        Assert.All(rounded, value => Assert.Equal(0, value));
    }

    [Fact]
    public void AValueThatIsNotANumberFailsClosed()
    {
        using RandomWords words = DistributionCheck.Words(4);

        Assert.Throws<InvalidOperationException>(() => LatticeRounding.Round([float.NaN], 1, 10, words, new int[1]));
        Assert.Throws<ArgumentException>(() => Clipping.Factor([1, float.NaN], 1));
        Assert.Throws<ArgumentException>(() => Clipping.Factor([1, float.PositiveInfinity], 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(10_001)]
    public void NormsAgreeWithTheExactIntegerSum(int length)
    {
        int[] integers = [.. Enumerable.Range(0, length).Select(i => (i * 7919 % 2001) - 1000)];
        float[] values = [.. integers.Select(value => (float)value)];

        Assert.Equal(Math.Sqrt((double)VectorNorm.SquareSum(integers)), VectorNorm.L2(values), 1e-9);
    }

    [Fact]
    public void ClippingShortensLongVectorsAndLeavesShortOnesAlone()
    {
        Assert.Equal(0.2, Clipping.Factor([3, 4], 1), 1e-15);
        Assert.Equal(1, Clipping.Factor([3, 4], 5));
        Assert.Equal(1, Clipping.Factor([0, 0], 5));
    }

    [Fact]
    public void EveryPatientIsClippedAndRoundedAloneAndCountsOnce()
    {
        using RandomWords words = DistributionCheck.Words(5);
        var noise = new LatticeNoise(2, 1, 1000, 1, new NoiseShares(1));
        var sum = new PatientSum(noise, words);

        sum.Add("a", [30, 40]);
        int[] alone = sum.Values.ToArray();
        sum.Add("b", [0.5f, 0]);
        int[] both = sum.Values.ToArray();

        // Clipped to (0.6, 0.8); rounding moves a value by less than one unit.
        Assert.InRange(alone[0], 599, 601);
        Assert.InRange(alone[1], 799, 801);
        Assert.InRange(both[0] - alone[0], 499, 501);
        Assert.Throws<InvalidOperationException>(() => sum.Add("a", [1, 1]));
        Assert.Equal(2, sum.PatientCount);
        Assert.Equal(both, sum.Values.ToArray());
        Assert.Throws<ArgumentException>(() => sum.WithNoise(NoiseTable.Skellam(noise.LocalVariance / 2)));
        Assert.InRange(sum.WithNoise(NoiseTable.Skellam(noise.LocalVariance))[1], both[1] - 8000, both[1] + 8000);
    }
}
