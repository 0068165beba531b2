using System.Numerics;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>The cumulative distribution of |x| for x ~ exp(−x²/2σ²) over the integers, as 63-bit thresholds.</summary>
internal static class GaussianTable
{
    /// <summary>Six steps of a binary search count up to 63 thresholds.</summary>
    public const int Size = 64;

    /// <summary>Mass beyond 9.3σ is below 2⁻⁶³, the resolution of the table.</summary>
    private const double TailCut = 9.3;

    private const int FractionBits = 256;

    /// <summary>The largest σ whose table fits.</summary>
    public const double MaxSigma = 6.7;

    /// <returns>
    /// 64 thresholds T with T[k] = ⌊2⁶³·P(|x| ≤ k)⌋, ascending, filled up with 2⁶³−1. For r uniform in [0, 2⁶³) the number of
    /// thresholds ≤ r is distributed like |x|.
    /// </returns>
    public static long[] Create(double sigma)
    {
        if (!(sigma >= 1 && sigma <= MaxSigma))
        {
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, $"Expected a σ in [1, {MaxSigma}] but got {sigma}.");
        }

        BigInteger[] weights = Weights(sigma, (int)Math.Ceiling(TailCut * sigma));
        BigInteger total = weights.Aggregate(BigInteger.Add);
        long[] thresholds = new long[Size];
        Array.Fill(thresholds, long.MaxValue);
        BigInteger cumulated = BigInteger.Zero;
        for (int k = 0; k < weights.Length - 1; k++)
        {
            cumulated += weights[k];
            thresholds[k] = (long)((cumulated << 63) / total);
        }

        return thresholds;
    }

    /// <summary>w[0] = 1 and w[x] = 2·exp(−x²/2σ²) as fractions with 256 bits; ρ(x+1) = ρ(x)·g^(2x+1) with g = exp(−1/2σ²).</summary>
    private static BigInteger[] Weights(double sigma, int largest)
    {
        BigInteger g = ExpMinus(InverseOfTwoSigmaSquared(sigma));
        BigInteger gSquared = (g * g) >> FractionBits;
        BigInteger rho = BigInteger.One << FractionBits;
        BigInteger factor = g;
        var weights = new BigInteger[largest + 1];
        weights[0] = rho;
        for (int x = 1; x <= largest; x++)
        {
            rho = (rho * factor) >> FractionBits;
            factor = (factor * gSquared) >> FractionBits;
            weights[x] = 2 * rho;
        }

        return weights;
    }

    private static BigInteger InverseOfTwoSigmaSquared(double sigma)
    {
        // σ is a double: σ·2⁵⁰ is a whole number for every σ ≥ 1 of our range, up to the last bits that 6.4 does not have exactly anyway.
        var scaled = new BigInteger(Math.ScaleB(sigma, 50));
        return (BigInteger.One << (FractionBits + 100)) / (2 * scaled * scaled);
    }

    // exp(−y) for a small fraction y by its Taylor series.
    private static BigInteger ExpMinus(BigInteger y)
    {
        BigInteger term = BigInteger.One << FractionBits;
        BigInteger sum = term;
        for (int n = 1; !term.IsZero; n++)
        {
            term = ((term * y) >> FractionBits) / n;
            sum += int.IsOddInteger(n) ? -term : term;
        }

        return sum;
    }
}
