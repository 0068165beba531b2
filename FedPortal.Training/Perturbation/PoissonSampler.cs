using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Perturbation;

/// <summary>
/// Poisson and Skellam numbers for any rate up to 2⁵⁰, without tables. Below a rate of 10 by products of uniform numbers (Knuth), above by
/// transformed rejection (Hörmann 1993, PTRS) with the probability in saddle-point form.
/// </summary>
/// <remarks>
/// How exact: uniform numbers have 53 bits and the logarithm of a probability an error of a few 10⁻¹⁵, so every probability is right to a
/// relative 10⁻¹⁰ or better. The integer part of a large rate never enters the floating-point sum, which would otherwise round bins unevenly.
/// </remarks>
public static class PoissonSampler
{
    public const double MaxRate = 1L << 50;

    private const double RejectionFrom = 10;

    /// <returns>A number with the distribution Poisson(<paramref name="rate"/>).</returns>
    public static long Sample(RandomWords words, double rate)
    {
        if (rate is not (>= 0 and <= MaxRate))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, $"Expected a rate from 0 to {MaxRate}.");
        }

        return rate < RejectionFrom ? ByProducts(words, rate) : ByRejection(words, rate);
    }

    /// <returns>A number with the distribution Skellam(μ): the difference of two Poisson numbers of rate μ/2.</returns>
    public static long SampleSkellam(RandomWords words, double variance) => Sample(words, variance / 2) - Sample(words, variance / 2);

    private static long ByProducts(RandomWords words, double rate)
    {
        double limit = Math.Exp(-rate);
        double product = words.NextUnit();
        long count = 0;
        for (; product > limit; count++)
        {
            product *= words.NextUnit();
        }

        return count;
    }

    private static long ByRejection(RandomWords words, double rate)
    {
        // The constants are Hörmann's: a hat of the inverse of a ratio of uniforms, and a square inside which every point is accepted.
        double b = 0.931 + (2.53 * Math.Sqrt(rate));
        double a = -0.059 + (0.02483 * b);
        double inverseAlpha = 1.1239 + (1.1328 / (b - 3.4));
        double acceptBelow = 0.9277 - (3.6224 / (b - 2));
        double whole = Math.Floor(rate);
        while (true)
        {
            double u = words.NextUnit() - 0.5;
            double v = words.NextUnit();
            double edge = 0.5 - Math.Abs(u);
            double k = whole + Math.Floor((((2 * a / edge) + b) * u) + (rate - whole) + 0.43);
            if (edge >= 0.07 && v <= acceptBelow)
            {
                return (long)k;
            }

            if (k < 0 || k > 2 * MaxRate || (edge < 0.013 && v > edge))
            {
                continue;
            }

            if (Math.Log(v * inverseAlpha / ((a / (edge * edge)) + b)) <= PoissonDistribution.LogProbability(k, rate))
            {
                return (long)k;
            }
        }
    }
}
