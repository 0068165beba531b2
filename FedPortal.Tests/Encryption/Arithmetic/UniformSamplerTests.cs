using FedPortal.Encryption.Arithmetic;
using Xunit;

namespace FedPortal.Tests.Encryption.Arithmetic;

public class UniformSamplerTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    [Fact]
    public void Ternary_MapsEveryWordToItsThird()
    {
        ushort[] words = [.. Enumerable.Range(0, 65535).Select(w => (ushort)w)];
        short[] values = new short[words.Length];

        TernarySampler.FromWords(words, values);

        Assert.Equal(words.Select(w => (short)((w / 21845) - 1)), values);
    }

    [Fact]
    public void Ternary_GivesThreeEquallyLikelyValues()
    {
        const int Count = 3 << 18;
        using var generator = new AesCtrGenerator(Key, 5);
        short[] samples = new short[Count];

        TernarySampler.Sample(generator, samples);

        // Binomial with p = 1/3; five deviations.
        double bound = 5 * Math.Sqrt(Count * 2.0 / 9);
        Assert.All(new[] { -1, 0, 1 }, v => Assert.InRange(samples.Count(s => s == v), (Count / 3.0) - bound, (Count / 3.0) + bound));
    }

    [Fact]
    public void Uniform_KeepsWordsBelowThePrime_InOrder()
    {
        var random = new Random(3);
        foreach (Modulus modulus in TestPrimes.Moduli)
        {
            ulong mask = ulong.MaxValue >> (64 - modulus.Bits);
            foreach (int length in Enumerable.Range(0, 40))
            {
                ulong[] words = [.. Enumerable.Range(0, length).Select(i => i % 5 == 0 ? modulus.Value - (ulong)random.Next(2) : (ulong)random.NextInt64())];
                ulong[] expected = [.. words.Select(w => w & mask).Where(w => w < modulus.Value)];
                ulong[] vector = new ulong[length], scalar = new ulong[length];

                int kept = UniformSampler.Keep(words, mask, modulus.Value, vector);
                int keptScalar = UniformSampler.KeepScalar(words, mask, modulus.Value, scalar);

                Assert.Equal(expected, vector[..kept]);
                Assert.Equal(expected, scalar[..keptScalar]);
            }
        }
    }

    [Theory]
    [InlineData(17UL), InlineData(12289UL)]
    public void Uniform_HitsEveryResidueAlike(ulong q)
    {
        using var generator = new AesCtrGenerator(Key, q);
        ulong[] residues = new ulong[64 * (int)q];

        UniformSampler.Sample(generator, new Modulus(q), residues);

        // χ² with q − 1 degrees of freedom; five deviations.
        double chiSquare = residues.CountBy(r => r).Sum(cell => Math.Pow(cell.Value - 64.0, 2) / 64) + ((q - (ulong)residues.Distinct().Count()) * 64.0);
        Assert.InRange(chiSquare, q - 1 - (5 * Math.Sqrt(2 * (q - 1))), q - 1 + (5 * Math.Sqrt(2 * (q - 1))));
    }
}
