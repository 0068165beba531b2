namespace FedPortal.Encryption.Arithmetic;

/// <summary>Primes for the coefficient modulus, found in the order of Microsoft SEAL's CoeffModulus::Create.</summary>
public static class Primes
{
    // Enough for every 64-bit number (Sorenson and Webster, 2015).
    private static readonly ulong[] Witnesses = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

    /// <returns>Whether n is prime; the test of Miller and Rabin with witnesses that decide every 64-bit number.</returns>
    public static bool IsPrime(ulong n)
    {
        if (n < 2)
        {
            return false;
        }

        foreach (ulong witness in Witnesses)
        {
            if (n % witness == 0)
            {
                return n == witness;
            }
        }

        return Array.TrueForAll(Witnesses, witness => PassesFor(n, witness));
    }

    /// <summary>
    /// The largest primes of each size that are 1 modulo 2N: searched downwards from 2^b − 1, one for each time the size is asked for, and
    /// the smallest of them given to the first place that asks.
    /// </summary>
    /// <param name="polyModulusDegree">N, a power of two.</param>
    /// <param name="bitSizes">Bits of each prime, 2 to 60.</param>
    public static ulong[] ForBitSizes(int polyModulusDegree, IReadOnlyList<int> bitSizes)
    {
        ArgumentNullException.ThrowIfNull(bitSizes);
        var found = bitSizes.GroupBy(bits => bits)
            .ToDictionary(group => group.Key, group => Largest(polyModulusDegree, group.Key, group.Count()));
        return [.. bitSizes.Select(bits => found[bits].Pop())];
    }

    // The stack ends with the smallest on top.
    private static Stack<ulong> Largest(int polyModulusDegree, int bits, int count)
    {
        if (bits is < 2 or > Modulus.MaxBits)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, $"Expected primes of 2 to {Modulus.MaxBits} bits but got {bits}.");
        }

        ulong step = 2 * (ulong)polyModulusDegree;
        ulong lowest = 1UL << (bits - 1);
        var found = new Stack<ulong>();
        for (ulong candidate = (((1UL << bits) - 1) / step * step) + 1; found.Count < count; candidate -= step)
        {
            if (candidate <= lowest)
            {
                throw new ArgumentException(
                    $"Expected {count} primes of {bits} bits that are 1 modulo {step} but there are only {found.Count}.", nameof(count));
            }

            if (IsPrime(candidate))
            {
                found.Push(candidate);
            }
        }

        return found;
    }

    private static bool PassesFor(ulong n, ulong witness)
    {
        int twos = System.Numerics.BitOperations.TrailingZeroCount(n - 1);
        ulong x = Power(witness, (n - 1) >> twos, n);
        if (x == 1 || x == n - 1)
        {
            return true;
        }

        for (int i = 1; i < twos; i++)
        {
            x = (ulong)((UInt128)x * x % n);
            if (x == n - 1)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong Power(ulong x, ulong exponent, ulong n)
    {
        ulong result = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
            {
                result = (ulong)((UInt128)result * x % n);
            }

            x = (ulong)((UInt128)x * x % n);
        }

        return result;
    }
}
