using System.Numerics;
using System.Runtime.Intrinsics;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>From real coefficients to residues: rounded to the nearest whole number, halves away from zero, as Microsoft SEAL does.</summary>
internal static class CoefficientRounding
{
    /// <summary>Up to here the kernels reduce; beyond, big integers do.</summary>
    private const double KernelLimit = 1L << 60;

    /// <summary>Fills the k·N words with the residues of the rounded coefficients; not yet transformed.</summary>
    /// <param name="coefficients">N real numbers.</param>
    /// <param name="level">Gives the primes.</param>
    /// <param name="rounded">N words of scratch.</param>
    /// <param name="words">The destination.</param>
    /// <exception cref="ArgumentException">A coefficient is no number or too large for the level.</exception>
    public static void ToResidues(ReadOnlySpan<double> coefficients, CkksLevel level, Span<long> rounded, Span<ulong> words)
    {
        double largest = LargestMagnitude(coefficients);
        RequireFits(largest, level);
        if (largest < KernelLimit)
        {
            Round(coefficients, rounded);
            for (int prime = 0; prime < level.PrimeCount; prime++)
            {
                ModularVector.Reduce(rounded, level.Context.Modulus(prime), level.Part(words, prime));
            }

            return;
        }

        for (int i = 0; i < coefficients.Length; i++)
        {
            var exact = new BigInteger(Math.Round(coefficients[i], MidpointRounding.AwayFromZero));
            for (int prime = 0; prime < level.PrimeCount; prime++)
            {
                ulong q = level.Context.Modulus(prime).Value;
                words[(prime * coefficients.Length) + i] = (ulong)(((exact % q) + q) % q);
            }
        }
    }

    /// <summary>destination[i] = coefficients[i] rounded, halves away from zero, for magnitudes up to 2⁶⁰.</summary>
    internal static void Round(ReadOnlySpan<double> coefficients, Span<long> destination)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> one = Vector512.Create(1.0), half = Vector512.Create(0.5);
            for (; i <= coefficients.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            {
                // The fraction of a double is exact, so comparing it with a half decides every case.
                Vector512<double> x = Vector512.Create(coefficients[i..]);
                Vector512<double> whole = Vector512.Truncate(x);
                Vector512<double> isFar = Vector512.GreaterThanOrEqual(Vector512.Abs(x - whole), half);
                Vector512<double> step = Vector512.CopySign(one, x) & isFar;
                Vector512.ConvertToInt64(whole + step).CopyTo(destination[i..]);
            }
        }

        for (; i < coefficients.Length; i++)
        {
            destination[i] = (long)Math.Round(coefficients[i], MidpointRounding.AwayFromZero);
        }
    }

    private static double LargestMagnitude(ReadOnlySpan<double> coefficients)
    {
        // NaN spreads through Vector.Max as it does through Math.Max.
        double largest = 0;
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<double> running = Vector512<double>.Zero;
            for (; i <= coefficients.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            {
                running = Vector512.Max(running, Vector512.Abs(Vector512.Create(coefficients[i..])));
            }

            for (int lane = 0; lane < Vector512<double>.Count; lane++)
            {
                largest = Math.Max(largest, running[lane]);
            }
        }

        for (; i < coefficients.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(coefficients[i]));
        }

        return largest;
    }

    // SEAL's rule: the bits of the largest coefficient and one for its sign must stay below the bits of the modulus.
    private static void RequireFits(double largest, CkksLevel level)
    {
        if (!double.IsFinite(largest))
        {
            throw new ArgumentException("Expected finite values but at least one, times the scale, is not a finite number.", nameof(largest));
        }

        int bits = (int)Math.Ceiling(Math.Log2(Math.Max(largest, 1))) + 1;
        if (bits >= level.TotalBits)
        {
            throw new ArgumentException(
                $"The values are too large for their scale: the largest coefficient takes {bits} bits with its sign but the modulus of this level has {level.TotalBits}.",
                nameof(largest));
        }
    }
}
