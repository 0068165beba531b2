using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>Blocks of the sets with two primes p0 &lt; p1: residues are put together by Garner's formula x = x0 + p0·((x1 − x0)·p0⁻¹ mod p1).</summary>
internal sealed class TwoPrimeCipher : BlockCipher
{
    private readonly PrimeRing[] _rings;
    private readonly ulong[][] _products;
    private readonly ShoupFactor[][] _laneFactors;
    private readonly ShoupFactor[][] _limbFactors;
    private readonly ShoupFactor _garner;
    private readonly ulong _delta;
    private readonly ulong _half;
    private readonly UInt128 _modulus;

    public TwoPrimeCipher(ParameterSet set, ReadOnlySpan<byte> seed)
        : base(set, seed)
    {
        ulong p0 = set.Primes[0];
        ulong p1 = set.Primes[1];
        _rings = [.. set.Primes.Select(prime => RingCache.Get(set.Degree, prime))];
        _products = [.. set.Primes.Select(_ => GC.AllocateArray<ulong>(set.Degree, pinned: true))];
        _laneFactors = [.. set.Primes.Select(prime => Enumerable.Range(0, set.Lanes)
            .Select(lane => new ShoupFactor(set.Delta << (lane * set.LaneBits), prime)).ToArray())];
        _limbFactors = [.. set.Primes.Select(prime => Enumerable.Range(0, 2)
            .Select(limb => new ShoupFactor(BigInteger.One << (set.DroppedBits + (limb * set.WordBits)), prime)).ToArray())];
        _garner = new ShoupFactor(PrimeRing.Power(p0, p1 - 2, p1), p1);
        _delta = (ulong)set.Delta;
        _half = (ulong)set.RoundingHalf;
        _modulus = (UInt128)set.Modulus;
    }

    public override PreparedKey Prepare(ReadOnlySpan<int> key) => new(_rings[0].Prepare(key), _rings[1].Prepare(key));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Encrypt(int block, ReadOnlySpan<int> values, PreparedKey key, ReadOnlySpan<short> error, Span<ulong> words)
    {
        KeyProducts(block, key);
        int degree = Set.Degree;
        int wordBits = Set.WordBits;
        ulong limbMask = (1UL << wordBits) - 1;
        for (int j = 0; j < degree; j++)
        {
            ulong x0 = Masked(0, j, values, error[j]);
            ulong x1 = Masked(1, j, values, error[j]);
            UInt128 rounded = (Combine(x0, x1) + _half) >> Set.DroppedBits;
            words[j] = (ulong)rounded & limbMask;
            words[degree + j] = (ulong)(rounded >> wordBits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override Residual Decrypt(
        int block, ReadOnlySpan<ulong> sums, int addends, long laneOffset, PreparedKey sumKey, Span<int> values)
    {
        KeyProducts(block, sumKey);
        BigInteger shift = 0;
        for (int lane = 0; lane < Set.Lanes; lane++)
        {
            shift += (BigInteger)laneOffset << (lane * Set.LaneBits);
        }

        BigInteger constant = (shift * _delta) - (Set.DroppedBits == 0 ? 0 : addends / 2);
        var total = new Residual(0, 0);
        ulong constant0 = Residue(constant, 0);
        ulong constant1 = Residue(constant, 1);
        for (int j = 0; j < Set.Degree; j++)
        {
            UInt128 x = Combine(Opened(0, j, sums, constant0), Opened(1, j, sums, constant1));
            total += Read(x, j, (int)laneOffset, values);
        }

        return total;
    }

    protected override void Wipe() =>
        Array.ForEach(_products, product => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(product.AsSpan())));

    private void KeyProducts(int block, PreparedKey key)
    {
        for (int i = 0; i < _rings.Length; i++)
        {
            Polynomials.Expand(block, i, _rings[i].Modulus, _products[i]);
            _rings[i].Multiply(_products[i], key[i]);
            _rings[i].Inverse(_products[i]);
        }
    }

    /// <returns>Δ·m_j − a·s − e modulo one prime.</returns>
    private ulong Masked(int prime, int j, ReadOnlySpan<int> values, short error)
    {
        ulong p = _rings[prime].Modulus;
        ulong sum = (ulong)(-error) + (3 * p) - _products[prime][j];
        ShoupFactor[] factors = _laneFactors[prime];
        for (int lane = 0; lane < factors.Length; lane++)
        {
            int value = values[(lane * Set.Degree) + j];
            sum += factors[lane].Multiply((ulong)value + (p & (ulong)(value >> 31)));
        }

        sum = ulong.Min(sum, sum - (4 * p));
        sum = ulong.Min(sum, sum - (2 * p));
        return ulong.Min(sum, sum - p);
    }

    /// <returns>The sum's coefficient with the key's product added, modulo one prime.</returns>
    private ulong Opened(int prime, int j, ReadOnlySpan<ulong> sums, ulong constant)
    {
        ulong p = _rings[prime].Modulus;
        ulong sum = _limbFactors[prime][0].Multiply(sums[j]) + _limbFactors[prime][1].Multiply(sums[Set.Degree + j])
            + _products[prime][j] + constant;
        sum = ulong.Min(sum, sum - (2 * p));
        return ulong.Min(sum, sum - p);
    }

    private UInt128 Combine(ulong x0, ulong x1)
    {
        ulong p0 = _rings[0].Modulus;
        ulong p1 = _rings[1].Modulus;
        ulong high = Math.BigMul(p0, _garner.Multiply(x1 + p1 - x0), out ulong low);
        return new UInt128(high, low) + x0;
    }

    private Residual Read(UInt128 x, int j, int laneOffset, Span<int> values)
    {
        UInt128 packed = DivideByDelta(x + (_delta / 2));
        bool wrapped = packed >> (Set.Lanes * Set.LaneBits) != 0;
        UInt128 centre = wrapped ? _modulus : packed * _delta;
        packed = wrapped ? 0 : packed;
        double residual = (long)(ulong)(x - centre);
        ulong laneMask = (1UL << Set.LaneBits) - 1;
        for (int lane = 0; lane < Set.Lanes; lane++)
        {
            values[(lane * Set.Degree) + j] = (int)((ulong)(packed >> (lane * Set.LaneBits)) & laneMask) - laneOffset;
        }

        return new Residual(residual * residual, Math.Abs(residual));
    }

    // Long division with two digits: x >> 40 is below 2^51, and the rest below Δ·2^40 = 2^53.
    private UInt128 DivideByDelta(UInt128 x)
    {
        const int Low = 40;
        UInt128 first = (UInt128)(ulong)((ulong)(x >> Low) / _delta) << Low;
        ulong rest = (ulong)(x - (first * _delta));
        return first + (rest / _delta);
    }

    private ulong Residue(BigInteger value, int prime)
    {
        BigInteger p = _rings[prime].Modulus;
        return (ulong)(((value % p) + p) % p);
    }
}
