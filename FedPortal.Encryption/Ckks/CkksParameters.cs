using System.Numerics;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>The ring and its modulus: N and the primes, checked against the homomorphic encryption standard.</summary>
public sealed class CkksParameters
{
    public const int MinDegree = 1024;
    public const int MaxDegree = 32768;
    public const int MaxPrimes = 64;

    private readonly ulong[] _coeffModulus;

    /// <param name="polyModulusDegree">N: a power of two from 1024 to 32768. A plaintext has N/2 slots or N coefficients.</param>
    /// <param name="coeffModulus">Distinct primes of at most 60 bits, each 1 modulo 2N. With more than one the last is the special prime.</param>
    /// <param name="security">The level that the parameters must have.</param>
    /// <exception cref="ArgumentException">Something does not hold; the message names both sides.</exception>
    public CkksParameters(int polyModulusDegree, IReadOnlyList<ulong> coeffModulus, SecurityLevel security = SecurityLevel.Classical128)
    {
        ArgumentNullException.ThrowIfNull(coeffModulus);
        RequireDegree(polyModulusDegree);
        RequirePrimes(polyModulusDegree, coeffModulus);
        PolyModulusDegree = polyModulusDegree;
        _coeffModulus = [.. coeffModulus];
        TotalBits = SecurityStandard.TotalBits(_coeffModulus);
        Security = security;
        int allowed = SecurityStandard.MaxCoeffModulusBits(polyModulusDegree, security);
        if (TotalBits > allowed)
        {
            throw new ArgumentException(
                $"These parameters are insecure: at N = {polyModulusDegree} and {(int)security}-bit security the coefficient modulus may have at most {allowed} bits but it has {TotalBits}.",
                nameof(coeffModulus));
        }
    }

    /// <summary>N.</summary>
    public int PolyModulusDegree { get; }

    public IReadOnlyList<ulong> CoeffModulus => _coeffModulus;

    /// <summary>Bits of the product of all primes.</summary>
    public int TotalBits { get; }

    /// <summary>The level that was asked for and holds.</summary>
    public SecurityLevel Security { get; }

    /// <summary>Parameters whose primes are the ones that Microsoft SEAL picks for these sizes.</summary>
    /// <param name="polyModulusDegree">N.</param>
    /// <param name="bitSizes">Bits of each prime, for example 60, 40, 40, 60.</param>
    /// <param name="security">The level that the parameters must have.</param>
    public static CkksParameters Create(int polyModulusDegree, IReadOnlyList<int> bitSizes, SecurityLevel security = SecurityLevel.Classical128)
    {
        RequireDegree(polyModulusDegree);
        return new CkksParameters(polyModulusDegree, Primes.ForBitSizes(polyModulusDegree, bitSizes), security);
    }

    private static void RequireDegree(int degree)
    {
        if (degree is < MinDegree or > MaxDegree || !BitOperations.IsPow2(degree))
        {
            throw new ArgumentException($"Expected a polynomial degree that is a power of two from {MinDegree} to {MaxDegree} but got {degree}.", nameof(degree));
        }
    }

    private static void RequirePrimes(int degree, IReadOnlyList<ulong> primes)
    {
        if (primes.Count is < 1 or > MaxPrimes)
        {
            throw new ArgumentException($"Expected 1 to {MaxPrimes} primes but got {primes.Count}.", nameof(primes));
        }

        foreach (ulong q in primes)
        {
            if (Modulus.BitLength(q) > Modulus.MaxBits || !Primes.IsPrime(q))
            {
                throw new ArgumentException($"Expected primes of at most {Modulus.MaxBits} bits but got {q}.", nameof(primes));
            }

            if (q % (2 * (ulong)degree) != 1)
            {
                throw new ArgumentException($"Expected primes that are 1 modulo {2 * degree} but {q} is {q % (2 * (ulong)degree)}.", nameof(primes));
            }
        }

        if (primes.Distinct().Count() != primes.Count)
        {
            throw new ArgumentException($"Expected {primes.Count} different primes but got {primes.Distinct().Count()}.", nameof(primes));
        }
    }
}
