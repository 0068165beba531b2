namespace FedPortal.Encryption.SecureAggregation.Parameters;

/// <summary>
/// Largest log2 q for each ring degree, from the homomorphic encryption standard (Albrecht et al. 2018, table 1, classical attacks,
/// ternary secrets, σ = 3.2). Secrets here are Gaussian and wider, for which the same table allows up to two bits more.
/// </summary>
public static class SecurityStandard
{
    private static readonly int[] Degrees = [1024, 2048, 4096, 8192, 16384, 32768];

    /// <exception cref="ArgumentException">The table has no such level or degree.</exception>
    public static int LargestModulusBits(int degree, int securityLevel)
    {
        int[] row = securityLevel switch
        {
            128 => [27, 54, 109, 218, 438, 881],
            192 => [19, 37, 75, 152, 305, 611],
            256 => [14, 29, 58, 118, 237, 476],
            _ => throw new ArgumentException($"Expected a security level of 128, 192 or 256 but got {securityLevel}."),
        };
        int at = Array.IndexOf(Degrees, degree);
        return at >= 0 ? row[at] : throw new ArgumentException($"Expected a degree of {string.Join(", ", Degrees)} but got {degree}.");
    }
}
