using System.Numerics;
using FedPortal.Encryption.SecureAggregation.Kernels;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

public class PackingTests
{
    [Theory]
    [InlineData(16, 8)]
    [InlineData(17, 8)]
    [InlineData(17, 2048)]
    [InlineData(43, 64)]
    [InlineData(44, 2048)]
    [InlineData(47, 24)]
    [InlineData(57, 16)]
    public void Pack_IsTheBitsOfOneBigInteger_AndAddToReadsThem(int width, int count)
    {
        var random = new Random(width);
        ulong[] words = [.. Enumerable.Range(0, count).Select(i => i % 5 == 0 ? (1UL << width) - 1 : (ulong)random.NextInt64(1L << width))];
        byte[] packed = new byte[count / 8 * width];
        ulong[] sums = [.. Enumerable.Repeat(7UL, count)];

        WordPacking.Pack(words, width, packed);
        ulong largest = WordPacking.AddTo(packed, width, sums);

        BigInteger expected = words.Index().Aggregate(BigInteger.Zero, (sum, word) => sum + ((BigInteger)word.Item << (word.Index * width)));
        Assert.Equal(expected, new BigInteger(packed, isUnsigned: true));
        Assert.Equal(words.Select(word => word + 7), sums);
        Assert.Equal((1UL << width) - 1, largest);
    }

    [Theory]
    [InlineData(9, 44, 0)]
    [InlineData(8, 58, 0)]
    [InlineData(8, 15, 0)]
    [InlineData(8, 44, 1)]
    [InlineData(8, 44, -1)]
    public void WrongLengthsAndWidths_AreRefused(int count, int width, int surplus)
    {
        byte[] packed = new byte[(count / 8 * width) + surplus];

        Assert.Throws<ArgumentException>(() => WordPacking.Pack(new ulong[count], width, packed));
        Assert.Throws<ArgumentException>(() => WordPacking.AddTo(packed, width, new ulong[count]));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(1)]
    public void Quantise_RoundsToTheNearestLevel_OnBothPaths(int bits)
    {
        var quantiser = new Quantiser(0.25f, bits);
        var random = new Random(4);
        float[] values = [-0.25f, 0.25f, 0, -1, 1, float.MaxValue, float.NegativeInfinity, .. Enumerable.Range(0, 1000).Select(_ => (random.NextSingle() - 0.5f) / 2)];
        int[] fast = new int[values.Length];
        int[] slow = new int[values.Length];

        quantiser.Quantise(values, weight: 3, fast);
        quantiser.QuantiseScalar(values, weight: 3, slow);

        Assert.Equal(slow, fast);
        foreach ((float value, int level) in values.Zip(fast))
        {
            // Single precision adds less than 2^-22 of the range to half a step.
            double clipped = Math.Clamp(value, -0.25, 0.25);
            Assert.InRange(quantiser.Real(level, totalWeight: 3), (3 * clipped) - (1.51 * quantiser.Step) - 4e-7, (3 * clipped) + (1.51 * quantiser.Step) + 4e-7);
        }

        Assert.Equal([0, 3 * ((1 << bits) - 1)], [fast[0], fast[1]]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void Quantise_RefusesNaN(int place)
    {
        float[] values = new float[41];
        values[place] = float.NaN;

        Assert.Throws<ArgumentException>(() => new Quantiser(1, 8).Quantise(values, 1, new int[41]));
    }
}
