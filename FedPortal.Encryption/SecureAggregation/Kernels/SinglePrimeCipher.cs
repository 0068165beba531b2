using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>Blocks of the sets with one prime below 2^53.</summary>
internal sealed class SinglePrimeCipher : BlockCipher
{
    private readonly PrimeRing _ring;
    private readonly ulong[] _product;
    private readonly long _delta;
    private readonly ulong _half;

    public SinglePrimeCipher(ParameterSet set, ReadOnlySpan<byte> seed)
        : base(set, seed)
    {
        _ring = RingCache.Get(set.Degree, set.Primes[0]);
        _product = GC.AllocateArray<ulong>(set.Degree, pinned: true);
        _delta = (long)set.Delta;
        _half = (ulong)set.RoundingHalf;
    }

    public override PreparedKey Prepare(ReadOnlySpan<int> key) => new(_ring.Prepare(key));

    public override void Encrypt(int block, ReadOnlySpan<int> values, PreparedKey key, ReadOnlySpan<short> error, Span<ulong> words)
    {
        KeyProduct(block, key);
        int done = Vector512.IsHardwareAccelerated ? MaskVector(values, error, words) : 0;
        MaskScalar(values, error, words, done);
    }

    public override Residual Decrypt(
        int block, ReadOnlySpan<ulong> sums, int addends, long laneOffset, PreparedKey sumKey, Span<int> values)
    {
        KeyProduct(block, sumKey);
        long shift = 0;
        for (int lane = 0; lane < Set.Lanes; lane++)
        {
            shift += laneOffset << (lane * Set.LaneBits);
        }

        // Rounding away bits adds half a unit on average for every addend: its range is (−2^(r−1), 2^(r−1)].
        long bias = Set.DroppedBits == 0 ? 0 : addends / 2;
        ulong constant = Residue((shift * _delta) - bias);
        return Unmask(sums, constant, (int)laneOffset, values);
    }

    protected override void Wipe() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_product.AsSpan()));

    private void KeyProduct(int block, PreparedKey key)
    {
        Polynomials.Expand(block, 0, _ring.Modulus, _product);
        _ring.Multiply(_product, key[0]);
        _ring.Inverse(_product);
    }

    /// <summary>words[j] = (Δ·m_j − product_j − e_j mod q + half) >> drop, from place <paramref name="from"/> on.</summary>
    /// <remarks>|Δ·m| ≤ q and 0 ≤ product &lt; q, so adding 3q makes the difference positive and below 5q.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void MaskScalar(ReadOnlySpan<int> values, ReadOnlySpan<short> error, Span<ulong> words, int from)
    {
        ulong q = _ring.Modulus;
        for (int j = from; j < words.Length; j++)
        {
            long packed = 0;
            for (int lane = Set.Lanes - 1; lane >= 0; lane--)
            {
                packed = (packed << Set.LaneBits) + values[(lane * words.Length) + j];
            }

            ulong x = (ulong)((packed * _delta) - error[j]) - _product[j] + (3 * q);
            x = ulong.Min(x, x - (2 * q));
            x = ulong.Min(x, x - (2 * q));
            x = ulong.Min(x, x - q);
            words[j] = (x + _half) >> Set.DroppedBits;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int MaskVector(ReadOnlySpan<int> values, ReadOnlySpan<short> error, Span<ulong> words)
    {
        Vector512<ulong> q = Vector512.Create(_ring.Modulus), twice = q + q, thrice = twice + q, half = Vector512.Create(_half);
        Vector512<long> delta = Vector512.Create(_delta);
        int degree = words.Length;
        int j = 0;
        for (; j <= degree - Vector512<ulong>.Count; j += Vector512<ulong>.Count)
        {
            Vector512<long> packed = Vector512<long>.Zero;
            for (int lane = Set.Lanes - 1; lane >= 0; lane--)
            {
                packed = (packed << Set.LaneBits) + Widen(Vector256.Create(values[((lane * degree) + j)..]));
            }

            Vector512<long> e = Widen(Vector256.WidenLower(Vector128.Create(error[j..]).ToVector256()));
            Vector512<ulong> x = ((packed * delta) - e).AsUInt64() - Vector512.Create(_product.AsSpan(j)) + thrice;
            x = Vector512.Min(x, x - twice);
            x = Vector512.Min(x, x - twice);
            x = Vector512.Min(x, x - q);
            ((x + half) >>> Set.DroppedBits).CopyTo(words[j..]);
        }

        return j;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Residual Unmask(ReadOnlySpan<ulong> sums, ulong constant, int laneOffset, Span<int> values)
    {
        ulong q = _ring.Modulus;
        double inverseQ = 1.0 / q;
        double inverseDelta = 1.0 / _delta;
        ulong halfDelta = (ulong)_delta / 2;
        ulong overflow = 1UL << (Set.Lanes * Set.LaneBits);
        ulong laneMask = (1UL << Set.LaneBits) - 1;
        double squares = 0;
        double largest = 0;
        for (int j = 0; j < sums.Length; j++)
        {
            // The margin rule keeps a sum below 2^63; its quotient has so few bits that the estimate is off by one at most.
            ulong shifted = sums[j] << Set.DroppedBits;
            ulong x = shifted - ((ulong)(shifted * inverseQ) * q) + q;
            x = ulong.Min(x, x - q);
            x = ulong.Min(x, x - q) + _product[j] + constant;
            x = ulong.Min(x, x - (2 * q));
            x = ulong.Min(x, x - q);

            ulong packed = (ulong)((x + halfDelta) * inverseDelta);
            long centre = (long)(packed * (ulong)_delta);
            bool wrapped = packed >= overflow;
            packed = wrapped ? 0 : packed;
            double residual = (long)x - (wrapped ? (long)q : centre);
            squares += residual * residual;
            largest = Math.Max(largest, Math.Abs(residual));
            for (int lane = 0; lane < Set.Lanes; lane++)
            {
                values[(lane * sums.Length) + j] = (int)((packed >> (lane * Set.LaneBits)) & laneMask) - laneOffset;
            }
        }

        return new Residual(squares, largest);
    }

    private ulong Residue(long value)
    {
        long q = (long)_ring.Modulus;
        long rest = value % q;
        return (ulong)(rest < 0 ? rest + q : rest);
    }

    private static Vector512<long> Widen(Vector256<int> values) =>
        Vector512.Create(Vector256.WidenLower(values), Vector256.WidenUpper(values));
}
