using FedPortal.Encryption.Arithmetic;
using Xunit;

namespace FedPortal.Tests.Encryption.Arithmetic;

public class ModularVectorTests
{
    // Every length around four and eight lanes, so that the word-by-word loop runs with every number of words.
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 31, 32, 33, 1024];

    [Fact]
    public void Add_AgreesWithBigIntegers() =>
        Check(q => new AddResidues(q), (x, y, q) => (x + y) % q);

    [Fact]
    public void Subtract_AgreesWithBigIntegers() =>
        Check(q => new SubtractResidues(q), (x, y, q) => (x + q - y) % q);

    [Fact]
    public void Negate_AgreesWithBigIntegers() =>
        Check(q => new NegateResidues(q), (x, _, q) => (q - x) % q);

    [Fact]
    public void Multiply_AgreesWithBigIntegers() =>
        Check(q => new MultiplyResidues(q), (x, y, q) => x * y % q, shoupOfY: true);

    [Fact]
    public void SubtractAndScale_AgreesWithBigIntegers() =>
        Check(q => new SubtractAndScale(q, q - 3, new Modulus(q).Shoup(q - 3)), (x, y, q) => (x + q - y) % q * (q - 3) % q);

    [Fact]
    public void ReduceWords_AgreesWithBigIntegers_UpToTheLargestWord()
    {
        foreach (Modulus modulus in TestPrimes.Moduli)
        {
            const ulong Shift = 1UL << 61;
            ulong[] words = [.. TestPrimes.Residues(100, 3UL << 61, 4), 0, (1UL << 63) - 1 - Shift, modulus.Value, modulus.Value - 1];
            foreach (LaneWidth width in LaneWidths.Supported)
            {
                ulong[] actual = new ulong[words.Length];
                ModularVector.Run(new ReduceWords(modulus.Value, modulus.Ratio, Shift), words, words, words, actual, width);
                Assert.Equal(words.Select(w => (ulong)(((UInt128)w + Shift) % modulus.Value)), actual);
            }
        }
    }

    [Fact]
    public void ReduceSignedWords_AgreesWithBigIntegers()
    {
        const long Largest = 1L << 60;
        var random = new Random(5);
        foreach (Modulus modulus in TestPrimes.Moduli)
        {
            var q = (Int128)modulus.Value;
            long[] values =
            [
                0, 1, -1, Largest, -Largest, Largest - 1, (long)q, (long)-q, (long)q - 1, 1 - (long)q,
                .. Enumerable.Range(0, 100).Select(_ => random.NextInt64(-Largest, Largest)),
            ];
            ulong[] words = [.. values.Select(v => (ulong)v)];
            foreach (LaneWidth width in LaneWidths.Supported)
            {
                ulong[] actual = new ulong[words.Length];
                ModularVector.Run(new ReduceSignedWords(modulus.Value, modulus.Ratio), words, words, words, actual, width);
                Assert.Equal(values.Select(v => (ulong)(((v % q) + q) % q)), actual);
            }
        }
    }

    [Fact]
    public void FromSamples_AgreesWithBigIntegers()
    {
        short[] samples = [0, 1, -1, 60, -60, .. Enumerable.Range(-30, 60).Select(x => (short)x)];
        foreach (Modulus modulus in TestPrimes.Moduli.Where(m => m.Value > 60))
        {
            foreach (int length in Lengths.Where(l => l <= samples.Length))
            {
                foreach (LaneWidth width in LaneWidths.Supported)
                {
                    ulong[] actual = new ulong[length];
                    ModularVector.FromSamples(samples.AsSpan(0, length), modulus, actual, width);
                    Assert.Equal(samples.Take(length).Select(s => s < 0 ? modulus.Value - (ulong)-s : (ulong)s), actual);
                }
            }
        }
    }

    [Fact]
    public void SumsAndDifferencesWithSamplesAgreeWithBigIntegers()
    {
        short[] samples = [.. Enumerable.Range(0, 61).Select(i => (short)(i % 2 == 0 ? i : -i))];
        foreach (Modulus modulus in TestPrimes.Moduli.Where(m => m.Value > 60))
        {
            // The words belong to another prime and may be as large as any of 60 bits.
            ulong q = modulus.Value;
            ulong[] x = TestPrimes.Residues(samples.Length, 1UL << 60, 3);
            var sum = new ReduceSum(q, modulus.Ratio, q + (q / 2));
            var difference = new ReduceDifference(q, modulus.Ratio, q + (q / 2));
            foreach (int length in Lengths.Where(l => l <= samples.Length))
            {
                foreach (LaneWidth width in LaneWidths.Supported)
                {
                    ulong[] sums = x[..length], differences = new ulong[length];
                    ModularVector.RunSamples(difference, x.AsSpan(0, length), samples.AsSpan(0, length), differences, width);
                    ModularVector.RunSamples(sum, sums, samples.AsSpan(0, length), sums, width);

                    Assert.Equal(x.Take(length).Select((w, i) => (ulong)(((Int128)w + samples[i] + q + (q / 2)) % q)), sums);
                    Assert.Equal(x.Take(length).Select((w, i) => (ulong)(((Int128)w - samples[i] + q + (q / 2)) % q)), differences);
                }
            }
        }
    }

    [Fact]
    public void AWordThatIsNotReducedIsFoundWhereverItStands()
    {
        var modulus = new Modulus(12289);
        foreach (int length in Lengths.Where(l => l is > 0 and < 40))
        {
            Assert.Equal(-1, ModularVector.IndexOfUnreduced(Enumerable.Repeat(12288UL, length).ToArray(), modulus));
            for (int at = 0; at < length; at++)
            {
                ulong[] words = new ulong[length];
                words[at] = at % 2 == 0 ? 12289 : ulong.MaxValue;
                Assert.Equal(at, ModularVector.IndexOfUnreduced(words, modulus));
            }
        }
    }

    [Fact]
    public void PublicMethodsReachTheSameOperations()
    {
        var modulus = new Modulus(TestPrimes.Values[3]);
        ulong q = modulus.Value;
        ulong[] x = TestPrimes.Residues(37, q, 1), y = TestPrimes.Residues(37, q, 2), shoup = new ulong[37], actual = new ulong[37];
        ModularVector.Shoup(y, modulus, shoup);

        ModularVector.Multiply(x, y, shoup, modulus, actual);
        Assert.Equal(x.Zip(y, (a, b) => (ulong)((UInt128)a * b % q)), actual);
        ModularVector.Multiply(x, y, modulus, actual);
        Assert.Equal(x.Zip(y, (a, b) => (ulong)((UInt128)a * b % q)), actual);
        ModularVector.Subtract(x, y, modulus, actual);
        ModularVector.Add(actual, y, modulus, actual);
        Assert.Equal(x, actual);
        ModularVector.Negate(x, modulus, actual);
        ModularVector.Add(actual, x, modulus, actual);
        Assert.Equal(new ulong[37], actual);
    }

    [Fact]
    public void DifferentLengthsAreRefused()
    {
        var modulus = new Modulus(12289);

        var error = Assert.Throws<ArgumentException>("y", () => ModularVector.Add(new ulong[3], new ulong[4], modulus, new ulong[3]));

        Assert.Contains("Expected 3 words but got 4.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("destination", () => ModularVector.FromSamples(new short[3], modulus, new ulong[2]));
    }

    private static void Check<TOperation>(Func<ulong, TOperation> create, Func<UInt128, UInt128, UInt128, UInt128> definition, bool shoupOfY = false)
        where TOperation : struct, IResidueOperation
    {
        foreach (Modulus modulus in TestPrimes.Moduli)
        {
            ulong q = modulus.Value;
            foreach (int length in Lengths)
            {
                ulong[] x = TestPrimes.Residues(length, q, 1), y = TestPrimes.Residues(length, q, 2);
                ulong[] z = shoupOfY ? [.. y.Select(modulus.Shoup)] : x;
                ulong[] expected = [.. x.Zip(y, (a, b) => (ulong)definition(a, b, q))];
                foreach (LaneWidth width in LaneWidths.Supported)
                {
                    ulong[] actual = new ulong[length], overX = [.. x], overY = [.. y];
                    ModularVector.Run(create(q), x, y, z, actual, width);
                    ModularVector.Run(create(q), overX, y, shoupOfY ? z : overX, overX, width);
                    ModularVector.Run(create(q), x, overY, z, overY, width);

                    Assert.Equal(expected, actual);
                    Assert.Equal(expected, overX);
                    Assert.Equal(expected, overY);
                }
            }
        }
    }
}
