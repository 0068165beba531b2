namespace FedPortal.Training.Accounting.Distributions;

/// <summary>
/// The symmetric Skellam distribution: the difference of two Poisson variables of rate μ/2 each. Its variance is μ, and
/// P[x] = e^(−μ)·I_|x|(μ) with the modified Bessel function I.
/// </summary>
public static class SkellamDistribution
{
    /// <summary>From this √(x²+μ²) on, four terms of the expansion below are exact to double precision.</summary>
    private const double ExpansionFrom = 1000;

    /// <returns>ln P[Skellam(μ) = x], with an absolute error of a few 10⁻¹⁴ within ten standard deviations.</returns>
    /// <param name="x">An integer below 2^53 in size.</param>
    /// <param name="variance">μ, more than 0.</param>
    public static double LogProbability(double x, double variance)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variance);
        double size = Math.Abs(x);
        double radius = double.Hypot(size, variance);
        return radius < ExpansionFrom ? FromConvolution(size, variance) : FromExpansion(size, variance, radius);
    }

    /// <summary>All logarithms ln P[x] for 0 ≤ x ≤ <paramref name="last"/> by the backward recurrence of the Bessel functions.</summary>
    public static double[] LogProbabilities(double variance, int last)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variance);
        int start = last + 60 + (int)(8 * Math.Sqrt(variance));
        var ratios = new double[last + 1];
        double ratio = 0;
        for (int k = start; k >= 0; k--)
        {
            // I(k+1)/I(k) from I(k) = (2(k+1)/μ)·I(k+1) + I(k+2); an error at the start shrinks at every step.
            ratio = 1 / ((2 * (k + 1) / variance) + ratio);
            if (k <= last)
            {
                ratios[k] = ratio;
            }
        }

        var logarithms = new double[last + 1];
        logarithms[0] = LogProbability(0, variance);
        for (int k = 1; k <= last; k++)
        {
            logarithms[k] = logarithms[k - 1] + Math.Log(ratios[k - 1]);
        }

        return logarithms;
    }

    /// <summary>Debye's uniform expansion (DLMF 10.41) written in r = √(x²+μ²), so that it holds from x = 0 on.</summary>
    private static double FromExpansion(double x, double variance, double radius)
    {
        double exponent = (x * (x / (radius + variance))) - (x * Math.Asinh(x / variance));
        double t = x / radius * (x / radius);
        double u1 = (3 - (5 * t)) / 24;
        double u2 = (81 + (t * (-462 + (t * 385)))) / 1152;
        double u3 = (30375 + (t * (-369603 + (t * (765765 - (t * 425425)))))) / 414720;
        double u4 = (4465125 + (t * (-94121676 + (t * (349922430 + (t * (-446185740 + (t * 185910725)))))))) / 39813120;
        double series = (u1 + ((u2 + ((u3 + (u4 / radius)) / radius)) / radius)) / radius;
        return exponent - (0.5 * Math.Log(2 * Math.PI * radius)) + LogSpace.LogOnePlus(series);
    }

    /// <summary>Σ over k of Poisson(k)·Poisson(k+x), from the largest term outwards.</summary>
    private static double FromConvolution(double x, double variance)
    {
        double rate = variance / 2;
        double peak = Math.Max(0, Math.Floor((Math.Sqrt((x * x) + (variance * variance)) - x) / 2));
        double sum = 1;
        double term = 1;
        for (double k = peak; k > 0 && term > sum * 1e-18; k--)
        {
            term *= k / rate * ((k + x) / rate);
            sum += term;
        }

        term = 1;
        for (double k = peak + 1; term > sum * 1e-18; k++)
        {
            term *= rate / k * (rate / (k + x));
            sum += term;
        }

        return PoissonDistribution.LogProbability(peak, rate) + PoissonDistribution.LogProbability(peak + x, rate) + Math.Log(sum);
    }
}
