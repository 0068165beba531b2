using System.Numerics;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>From residues modulo k primes to the real number nearest zero that they stand for.</summary>
/// <remarks>
/// Garner: v = d_0 + d_1·q_0 + d_2·q_0·q_1 + … with 0 ≤ d_i &lt; q_i. When v is above (Q−1)/2 the number is v − Q, and Q − 1 − v has the digits
/// q_i − 1 − d_i. A small number then has zeros in its upper digits, so that the sum in double precision loses nothing to cancellation.
/// </remarks>
internal sealed class MixedRadix
{
    private readonly CkksLevel _level;
    private readonly ulong[] _halfDigits;
    private readonly ulong[] _work;

    public MixedRadix(CkksLevel level)
    {
        _level = level;
        _halfDigits = HalfDigits(level);
        _work = new ulong[level.Context.Degree];
    }

    /// <param name="residues">k·N residues of coefficients; overwritten with the digits.</param>
    /// <param name="factor">What every number is multiplied by.</param>
    /// <param name="destination">N numbers.</param>
    public void ToReal(Span<ulong> residues, double factor, Span<double> destination)
    {
        if (_level.PrimeCount == 1)
        {
            SinglePrime(residues, factor, destination);
            return;
        }

        for (int prime = 1; prime < _level.PrimeCount; prime++)
        {
            Modulus modulus = _level.Context.Modulus(prime);
            Span<ulong> digit = _level.Part(residues, prime);
            for (int lower = 0; lower < prime; lower++)
            {
                ModularVector.Reduce(_level.Part(residues, lower), 0, modulus, _work);
                ModularVector.SubtractAndScale(digit, _work, _level.Context.InverseOf(lower, prime), modulus, digit);
            }
        }

        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = Value(residues, i) * factor;
        }
    }

    private void SinglePrime(ReadOnlySpan<ulong> residues, double factor, Span<double> destination)
    {
        long q = (long)_level.Context.Modulus(0).Value;
        long half = q / 2;
        for (int i = 0; i < destination.Length; i++)
        {
            long value = (long)residues[i];
            destination[i] = (value - (q & ((half - value) >> 63))) * factor;
        }
    }

    private double Value(ReadOnlySpan<ulong> digits, int at)
    {
        int degree = _level.Context.Degree;
        bool negative = IsAboveHalf(digits, at);
        double value = 0;
        for (int prime = _level.PrimeCount - 1; prime >= 0; prime--)
        {
            ulong q = _level.Context.Modulus(prime).Value;
            ulong digit = digits[(prime * degree) + at];
            value = (value * q) + (negative ? q - 1 - digit : digit);
        }

        return negative ? -(value + 1) : value;
    }

    private bool IsAboveHalf(ReadOnlySpan<ulong> digits, int at)
    {
        int degree = _level.Context.Degree;
        for (int prime = _level.PrimeCount - 1; prime >= 0; prime--)
        {
            ulong digit = digits[(prime * degree) + at];
            if (digit != _halfDigits[prime])
            {
                return digit > _halfDigits[prime];
            }
        }

        return false;
    }

    /// <returns>The digits of (Q−1)/2.</returns>
    private static ulong[] HalfDigits(CkksLevel level)
    {
        ulong[] primes = [.. level.Context.Parameters.CoeffModulus.Take(level.PrimeCount)];
        BigInteger rest = (primes.Aggregate(BigInteger.One, (product, q) => product * q) - 1) / 2;
        ulong[] digits = new ulong[primes.Length];
        for (int i = 0; i < digits.Length; i++)
        {
            rest = BigInteger.DivRem(rest, primes[i], out BigInteger digit);
            digits[i] = (ulong)digit;
        }

        return digits;
    }
}
