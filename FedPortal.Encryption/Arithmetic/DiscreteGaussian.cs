using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>Samples integers with probability proportional to exp(−x²/2σ²), in constant time.</summary>
/// <remarks>
/// A sample takes one word of 64 random bits: the top bit is the sign, the other 63 are compared with the cumulative table. Neither a branch
/// nor an address depends on the random bits: the scalar loop compares with every threshold, the AVX-512 path looks thresholds up in registers.
/// All paths give the same samples from the same generator. The statistical distance to the ideal distribution is below 2⁻⁵⁶.
/// </remarks>
public sealed class DiscreteGaussian
{
    private const int WordsAtOnce = 512;

    private readonly long[] _thresholds;
    private readonly int _used;

    /// <param name="sigma">Standard deviation of the continuous Gaussian, in [1, 6.7]; 3.2 and 6.4 are the ones in use.</param>
    public DiscreteGaussian(double sigma)
    {
        Sigma = sigma;
        _thresholds = GaussianTable.Create(sigma);
        _used = Array.IndexOf(_thresholds, long.MaxValue);
        Bound = _used;
    }

    /// <summary>σ = 3.2, the error of the homomorphic encryption standard.</summary>
    public static DiscreteGaussian Standard { get; } = new(3.2);

    /// <summary>σ = 6.4, for secrets and errors whose sum is revealed.</summary>
    public static DiscreteGaussian Wide { get; } = new(6.4);

    public double Sigma { get; }

    /// <summary>No sample is larger in absolute value.</summary>
    public int Bound { get; }

    internal ReadOnlySpan<long> Thresholds => _thresholds;

    /// <summary>Overwrites the destination with independent samples, taking one 64-bit word of the generator for each.</summary>
    public void Sample(AesCtrGenerator generator, Span<short> destination)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Span<ulong> words = stackalloc ulong[WordsAtOnce];
        while (!destination.IsEmpty)
        {
            Span<ulong> part = words[..Math.Min(WordsAtOnce, destination.Length)];
            generator.Fill(part);
            FromWords(part, destination[..part.Length]);
            destination = destination[part.Length..];
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words));
    }

    /// <summary>destination[i] = the sample that belongs to words[i].</summary>
    internal void FromWords(ReadOnlySpan<ulong> words, Span<short> destination)
    {
        int done = Avx512F.IsSupported ? FromWords512(words, destination)
            : Vector256.IsHardwareAccelerated ? FromWords256(words, destination) : 0;
        FromWordsScalar(words[done..], destination[done..]);
    }

    internal void FromWordsScalar(ReadOnlySpan<ulong> words, Span<short> destination)
    {
        for (int i = 0; i < words.Length; i++)
        {
            long r = (long)(words[i] & long.MaxValue);
            long magnitude = 0;
            for (int k = 0; k < _used; k++)
            {
                // Both are below 2⁶³, so the sign of the difference says which is larger.
                magnitude += 1 + ((r - _thresholds[k]) >> 63);
            }

            long sign = (long)words[i] >> 63;
            destination[i] = (short)((magnitude ^ sign) - sign);
        }
    }

    internal int FromWords256(ReadOnlySpan<ulong> words, Span<short> destination)
    {
        ReadOnlySpan<long> thresholds = _thresholds.AsSpan(0, _used);
        Vector256<long> mask = Vector256.Create(long.MaxValue);
        int i = 0;
        for (; i <= words.Length - 16; i += 16)
        {
            Vector256<long> w0 = Vector256.Create(words[i..]).AsInt64(), w1 = Vector256.Create(words[(i + 4)..]).AsInt64();
            Vector256<long> w2 = Vector256.Create(words[(i + 8)..]).AsInt64(), w3 = Vector256.Create(words[(i + 12)..]).AsInt64();
            Vector256<long> r0 = w0 & mask, r1 = w1 & mask, r2 = w2 & mask, r3 = w3 & mask;
            var start = Vector256.Create((long)thresholds.Length);
            Vector256<long> m0 = start, m1 = start, m2 = start, m3 = start;
            foreach (long threshold in thresholds)
            {
                // Adds −1 for every threshold above r.
                Vector256<long> t = Vector256.Create(threshold);
                m0 += Vector256.GreaterThan(t, r0);
                m1 += Vector256.GreaterThan(t, r1);
                m2 += Vector256.GreaterThan(t, r2);
                m3 += Vector256.GreaterThan(t, r3);
            }

            Vector256<int> low = Vector256.Narrow(WithSign(m0, w0), WithSign(m1, w1));
            Vector256<int> high = Vector256.Narrow(WithSign(m2, w2), WithSign(m3, w3));
            Vector256.Narrow(low, high).CopyTo(destination[i..]);
        }

        return i;
    }

    private static Vector256<long> WithSign(Vector256<long> magnitude, Vector256<long> word)
    {
        Vector256<long> sign = Vector256.LessThan(word, Vector256<long>.Zero);
        return (magnitude ^ sign) - sign;
    }

    /// <summary>Binary search over the 64 thresholds: level l compares with T[(2j+1)·2^(5−l) − 1], where j is what the levels before found.</summary>
    private int FromWords512(ReadOnlySpan<ulong> words, Span<short> destination)
    {
        Vector512<long> level0 = Level(0, 0), level1 = Level(1, 0), level2 = Level(2, 0), level3 = Level(3, 0);
        Vector512<long> level4Low = Level(4, 0), level4High = Level(4, 8);
        Vector512<long> level5A = Level(5, 0), level5B = Level(5, 8), level5C = Level(5, 16), level5D = Level(5, 24);
        Vector512<long> mask = Vector512.Create(long.MaxValue), fifteen = Vector512.Create(15L), bound = Vector512.Create((long)_used);
        int i = 0;
        for (; i <= words.Length - 8; i += 8)
        {
            Vector512<long> word = Vector512.Create(words[i..]).AsInt64();
            Vector512<long> r = word & mask;
            Vector512<long> j = -Vector512.GreaterThanOrEqual(r, level0);
            j = j + j - Vector512.GreaterThanOrEqual(r, Avx512F.PermuteVar8x64(level1, j));
            j = j + j - Vector512.GreaterThanOrEqual(r, Avx512F.PermuteVar8x64(level2, j));
            j = j + j - Vector512.GreaterThanOrEqual(r, Avx512F.PermuteVar8x64(level3, j));
            j = j + j - Vector512.GreaterThanOrEqual(r, Avx512F.PermuteVar8x64x2(level4Low, j, level4High));
            Vector512<long> lower = Avx512F.PermuteVar8x64x2(level5A, j, level5B), upper = Avx512F.PermuteVar8x64x2(level5C, j, level5D);
            Vector512<long> last = Vector512.ConditionalSelect(Vector512.GreaterThan(j, fifteen), upper, lower);
            j = Vector512.Min(j + j - Vector512.GreaterThanOrEqual(r, last), bound);

            Vector512<long> sign = Vector512.LessThan(word, Vector512<long>.Zero);
            Avx512F.ConvertToVector128Int16((j ^ sign) - sign).CopyTo(destination[i..]);
        }

        return i;
    }

    private Vector512<long> Level(int level, int from)
    {
        Span<long> values = stackalloc long[8];
        for (int j = 0; j < values.Length; j++)
        {
            int at = (((2 * ((from + j) % (1 << level))) + 1) << (5 - level)) - 1;
            values[j] = _thresholds[at];
        }

        return Vector512.Create<long>(values);
    }
}
