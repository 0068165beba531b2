using System.Numerics;

namespace FedPortal.Encryption.SecureAggregation.Parameters;

/// <summary>
/// Our own estimate of the cost of the primal (unique shortest vector) attack, in bits. It stands beside the standard's table and never
/// replaces it.
/// </summary>
/// <remarks>
/// The smallest block size β with σ√β ≤ δ^(2β−d−1)·q^(m/d) for some number of samples m, d = N+m+1 (Alkim et al. 2016, section 6.3),
/// δ = ((πβ)^(1/β)·β/(2πe))^(1/(2(β−1))) (Chen 2013). Cost of BKZ-β with sieving: 2^(0.292β + 16.4 + log2(8d)) (Becker, Ducas, Gama,
/// Laarhoven 2016, with the constants of the lattice estimator), d taken as 2N.
/// </remarks>
public static class LatticeSecurity
{
    /// <summary>σ that the estimate assumes: below the 6.4/√2 that stays hidden when Σs is revealed.</summary>
    public const double AssumedSigma = 3.2;

    public static double EstimateBits(ParameterSet set) =>
        EstimateBits(set.Degree, BigInteger.Log(set.Modulus, 2), AssumedSigma);

    /// <returns>Bits of work of the cheapest attack found.</returns>
    public static double EstimateBits(int degree, double modulusBits, double sigma)
    {
        int beta = 60;
        while (!Succeeds(beta, degree, modulusBits, sigma))
        {
            beta++;
        }

        return (0.292 * beta) + 16.4 + Math.Log2(16.0 * degree);
    }

    private static bool Succeeds(int beta, int degree, double modulusBits, double sigma)
    {
        double logDelta = Math.Log2(Math.Pow(Math.PI * beta, 1.0 / beta) * beta / (2 * Math.PI * Math.E)) / (2.0 * (beta - 1));
        double wanted = Math.Log2(sigma) + (0.5 * Math.Log2(beta));
        for (int samples = degree / 2; samples <= 2 * degree; samples += 16)
        {
            double dimension = degree + samples + 1;
            if (wanted <= (((2 * beta) - dimension - 1) * logDelta) + (modulusBits * samples / dimension))
            {
                return true;
            }
        }

        return false;
    }
}
