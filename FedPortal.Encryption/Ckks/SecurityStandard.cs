using System.Numerics;

namespace FedPortal.Encryption.Ckks;

/// <summary>The table of the homomorphic encryption standard: how many bits the coefficient modulus may have.</summary>
/// <remarks>
/// Albrecht et al., "Homomorphic Encryption Standard" (HomomorphicEncryption.org, 2018), table 1: secret uniform in {−1, 0, 1}, error with
/// σ = 3.2, classical attacks.
/// </remarks>
public static class SecurityStandard
{
    private static readonly int[] Degrees = [1024, 2048, 4096, 8192, 16384, 32768];
    private static readonly int[] Bits128 = [27, 54, 109, 218, 438, 881];
    private static readonly int[] Bits192 = [19, 37, 75, 152, 305, 611];
    private static readonly int[] Bits256 = [14, 29, 58, 118, 237, 476];

    /// <returns>The most bits that the whole coefficient modulus, special prime included, may have.</returns>
    public static int MaxCoeffModulusBits(int polyModulusDegree, SecurityLevel security)
    {
        int row = Array.IndexOf(Degrees, polyModulusDegree);
        if (row < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(polyModulusDegree), polyModulusDegree, $"Expected a degree of {string.Join(", ", Degrees)} but got {polyModulusDegree}.");
        }

        return security switch
        {
            SecurityLevel.Unchecked => int.MaxValue,
            SecurityLevel.Classical128 => Bits128[row],
            SecurityLevel.Classical192 => Bits192[row],
            SecurityLevel.Classical256 => Bits256[row],
            _ => throw new ArgumentOutOfRangeException(nameof(security), security, $"Expected 128, 192 or 256 bits but got {security}."),
        };
    }

    /// <returns>The highest level that the table grants, or <see cref="SecurityLevel.Unchecked"/> where it grants none.</returns>
    public static SecurityLevel Of(int polyModulusDegree, IEnumerable<ulong> coeffModulus)
    {
        int bits = TotalBits(coeffModulus);
        return Enum.GetValues<SecurityLevel>().Where(level => bits <= MaxCoeffModulusBits(polyModulusDegree, level)).Max();
    }

    /// <returns>Bits of the product of the primes.</returns>
    public static int TotalBits(IEnumerable<ulong> coeffModulus) =>
        (int)coeffModulus.Aggregate(BigInteger.One, (product, q) => product * q).GetBitLength();
}
