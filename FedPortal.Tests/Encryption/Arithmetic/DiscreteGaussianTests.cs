using System.Runtime.Intrinsics;
using FedPortal.Encryption.Arithmetic;
using Xunit;

namespace FedPortal.Tests.Encryption.Arithmetic;

public class DiscreteGaussianTests
{
    private static readonly byte[] Key = new byte[16];

    public static TheoryData<double> Sigmas => [3.2, 6.4];

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void Thresholds_AreTheCumulativeDistribution(double sigma)
    {
        var sampler = new DiscreteGaussian(sigma);
        double[] weights = [.. Enumerable.Range(0, 200).Select(x => (x == 0 ? 1 : 2) * Math.Exp(-x * x / (2 * sigma * sigma)))];
        double total = weights.Sum();

        for (int k = 0; k < sampler.Bound; k++)
        {
            // What is above the threshold is the tail; a double keeps 15 digits of it, the table is rounded to 2⁻⁶³ and cut at 9.3σ.
            double tail = Math.ScaleB(weights.Skip(k + 1).Sum() / total, 63);
            double above = (double)(((UInt128)1 << 63) - (ulong)sampler.Thresholds[k]);
            Assert.InRange(above, (tail * (1 - 1e-13)) - 2, (tail * (1 + 1e-13)) + 2);
        }
    }

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void EveryPathGivesTheSampleOfTheDefinition_AtAllThresholds(double sigma)
    {
        var sampler = new DiscreteGaussian(sigma);
        ulong[] edges = [.. sampler.Thresholds.ToArray().SelectMany(t => new[] { (ulong)t - 1, (ulong)t, (ulong)t + 1 })
            .Concat(new ulong[] { 0, 1, long.MaxValue }).Select(w => w & long.MaxValue).SelectMany(w => new[] { w, w | (1UL << 63) })];
        short[] expected = [.. edges.Select(w => Definition(sampler, w))];
        short[] chosen = new short[edges.Length], scalar = new short[edges.Length], narrow = new short[edges.Length];

        sampler.FromWords(edges, chosen);
        sampler.FromWordsScalar(edges, scalar);
        int done = Vector256.IsHardwareAccelerated ? sampler.FromWords256(edges, narrow) : 0;

        Assert.Equal(expected, scalar);
        Assert.Equal(expected, chosen);
        Assert.Equal(expected[..done], narrow[..done]);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(7), InlineData(8), InlineData(9), InlineData(15), InlineData(16), InlineData(17)]
    [InlineData(511), InlineData(512), InlineData(513), InlineData(4096)]
    public void Sample_TakesOneWordForEachSample(int length)
    {
        using var generator = new AesCtrGenerator(Key, 3);
        using var same = new AesCtrGenerator(Key, 3);
        ulong[] words = new ulong[(length + 511) / 512 * 512];
        same.Fill(words);
        short[] actual = new short[length];

        DiscreteGaussian.Wide.Sample(generator, actual);

        Assert.Equal(words.Take(length).Select(w => Definition(DiscreteGaussian.Wide, w)), actual);
    }

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void Samples_FollowTheDistribution(double sigma)
    {
        const int Count = 1 << 20;
        short[] samples = new short[Count];
        using var generator = new AesCtrGenerator(Key, 11);
        new DiscreteGaussian(sigma).Sample(generator, samples);
        double total = Enumerable.Range(-100, 201).Sum(x => Math.Exp(-x * x / (2 * sigma * sigma)));

        // Pearson's χ² over the values with at least ten expected samples.
        double chiSquare = 0;
        int cells = 0;
        foreach (int x in Enumerable.Range(-60, 121))
        {
            double expected = Count * Math.Exp(-x * x / (2 * sigma * sigma)) / total;
            if (expected >= 10)
            {
                double difference = samples.Count(s => s == x) - expected;
                chiSquare += difference * difference / expected;
                cells++;
            }
        }

        // Mean = cells, standard deviation = √(2·cells); five deviations.
        Assert.InRange(chiSquare, cells - (5 * Math.Sqrt(2 * cells)), cells + (5 * Math.Sqrt(2 * cells)));
        Assert.InRange(samples.Average(s => (double)s), -5 * sigma / Math.Sqrt(Count), 5 * sigma / Math.Sqrt(Count));
    }

    [Theory]
    [InlineData(0.5), InlineData(6.8), InlineData(double.NaN), InlineData(-3.2)]
    public void ASigmaOutsideTheTableIsRefused(double sigma)
    {
        Assert.Throws<ArgumentOutOfRangeException>(nameof(sigma), () => new DiscreteGaussian(sigma));
    }

    private static short Definition(DiscreteGaussian sampler, ulong word)
    {
        int magnitude = sampler.Thresholds[..sampler.Bound].ToArray().Count(t => (ulong)t <= (word & long.MaxValue));
        return (short)(word >> 63 == 1 ? -magnitude : magnitude);
    }
}
