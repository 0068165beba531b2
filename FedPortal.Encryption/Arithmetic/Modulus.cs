using System.Numerics;
using System.Runtime.CompilerServices;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>A prime of 2 to 60 bits with what Barrett and Shoup reduction need. No branch depends on what is reduced.</summary>
public sealed class Modulus
{
    /// <summary>The largest number of bits. The kernels let values grow to 8q, which must stay below 2⁶³.</summary>
    public const int MaxBits = 60;

    private readonly ulong _barrett;
    private readonly UInt128 _inverse;

    /// <param name="value">A prime below 2⁶⁰.</param>
    public Modulus(ulong value)
    {
        if (value < 3 || BitLength(value) > MaxBits || !Primes.IsPrime(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected an odd prime of at most {MaxBits} bits but got {value}.");
        }

        Value = value;
        Bits = BitLength(value);
        _barrett = (ulong)(((UInt128.One << (2 * Bits)) / value) << (63 - Bits));
        _inverse = UInt128.MaxValue / value;
    }

    public ulong Value { get; }

    public int Bits { get; }

    public static int BitLength(ulong value) => 64 - BitOperations.LeadingZeroCount(value);

    /// <returns>x mod q for any x.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Reduce(ulong x)
    {
        ulong remainder = x - (Math.BigMul(x, (ulong)(_inverse >> 64), out _) * Value);
        return OneLane.ReduceOnce(remainder, Value);
    }

    /// <summary>⌊2⁶⁴/q⌋.</summary>
    public ulong Ratio => (ulong)(_inverse >> 64);

    /// <returns>x·y mod q for x and y in [0, q).</returns>
    /// <remarks>
    /// Barrett (Handbook of Applied Cryptography, 14.42): with n bits the quotient of z = x·y is ⌊⌊z/2ⁿ⁻¹⌋·⌊2²ⁿ/q⌋ / 2ⁿ⁺¹⌋ or up to two
    /// more; the stored factor is shifted so that the last division is the upper half of a product.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Multiply(ulong x, ulong y)
    {
        ulong high = Math.BigMul(x, y, out ulong low);
        ulong shifted = (high << (65 - Bits)) | (low >> (Bits - 1));
        ulong remainder = low - (Math.BigMul(shifted, _barrett, out _) * Value);
        return OneLane.ReduceOnce(OneLane.ReduceOnce(remainder, 2 * Value), Value);
    }

    public ulong Add(ulong x, ulong y) => OneLane.ReduceOnce(x + y, Value);

    public ulong Subtract(ulong x, ulong y) => OneLane.ReduceOnce(x + Value - y, Value);

    public ulong Power(ulong x, ulong exponent)
    {
        ulong result = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
            {
                result = Multiply(result, x);
            }

            x = Multiply(x, x);
        }

        return result;
    }

    /// <returns>1/x mod q, by Fermat.</returns>
    public ulong Inverse(ulong x)
    {
        if (Reduce(x) == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, $"{x} has no inverse modulo {Value}.");
        }

        return Power(Reduce(x), Value - 2);
    }

    /// <returns>⌊w·2⁶⁴/q⌋ for w in [0, q): Shoup's quotient of the constant factor w.</returns>
    public ulong Shoup(ulong w)
    {
        ulong quotient = (w * (ulong)(_inverse >> 64)) + Math.BigMul(w, (ulong)_inverse, out _);

        // The low word of w·2⁶⁴ is zero, so this is what the estimate leaves. As w is below 2⁶⁰ the estimate is at most one too small.
        ulong remainder = 0 - (quotient * Value);
        return quotient + 1 + (ulong)((long)(remainder - Value) >> 63);
    }
}
