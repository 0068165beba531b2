using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Accounting;

/// <summary>What Gaussian noise gives: Rényi, exact, and with Poisson subsampling. σ and the sensitivity share one unit.</summary>
public static class GaussianPrivacy
{
    /// <returns>αΔ²/(2σ²) (Mironov 2017).</returns>
    public static double Renyi(double order, double sensitivity, double sigma) => order * sensitivity / sigma * (sensitivity / sigma) / 2;

    /// <returns>The exact δ(ε) of <paramref name="rounds"/> releases (Balle, Wang 2018); T releases at σ are one at σ/√T.</returns>
    public static double ExactDelta(double epsilon, double sensitivity, double sigma, int rounds = 1)
    {
        double ratio = sensitivity / sigma * Math.Sqrt(rounds);
        double first = NormalDistribution.LogLower((ratio / 2) - (epsilon / ratio));
        double second = epsilon + NormalDistribution.LogLower((-ratio / 2) - (epsilon / ratio));
        return Math.Exp(first) * -LogSpace.ExpMinusOne(Math.Min(0, second - first));
    }

    /// <returns>The smallest ε for δ, exact to 10⁻¹² relative; infinite when δ is 0.</returns>
    public static double ExactEpsilon(double delta, double sensitivity, double sigma, int rounds = 1)
    {
        if (delta <= 0)
        {
            return double.PositiveInfinity;
        }

        return MonotoneSearch.Smallest(epsilon => ExactDelta(epsilon, sensitivity, sigma, rounds) <= delta, 0, 1e-12);
    }

    /// <returns>The smallest σ for (ε, δ), exact to 10⁻¹² relative.</returns>
    public static double ExactSigma(double epsilon, double delta, double sensitivity, int rounds = 1)
    {
        RequireDelta(delta);
        return MonotoneSearch.Smallest(sigma => sigma > 0 && ExactDelta(epsilon, sensitivity, sigma, rounds) <= delta, 0, 1e-12);
    }

    /// <summary>
    /// Rényi divergence of the Poisson-subsampled Gaussian mechanism, adding or removing one unit (Mironov, Talwar, Zhang 2019):
    /// 1/(α−1)·ln E[((1−q) + q·e^((2z−1)/2σ²))^α], z ~ N(0, σ²). Integer orders by the binomial sum, others by quadrature.
    /// </summary>
    /// <param name="order">α, more than 1.</param>
    /// <param name="noiseMultiplier">σ divided by the sensitivity.</param>
    /// <param name="samplingRate">q, from 0 to 1.</param>
    public static double SubsampledRenyi(double order, double noiseMultiplier, double samplingRate)
    {
        if (samplingRate == 0)
        {
            return 0;
        }

        if (samplingRate == 1)
        {
            return Renyi(order, 1, noiseMultiplier);
        }

        double moment = order == Math.Floor(order)
            ? BinomialMoment((int)order, noiseMultiplier, samplingRate)
            : QuadratureMoment(order, noiseMultiplier, samplingRate);
        return Math.Max(0, moment / (order - 1));
    }

    private static double BinomialMoment(int order, double sigma, double rate)
    {
        var terms = new double[order + 1];
        for (int k = 0; k <= order; k++)
        {
            terms[k] = LogSpace.Binomial(order, k) + ((order - k) * Math.Log(1 - rate)) + (k * Math.Log(rate))
                + (((double)k * (k - 1)) / (2 * sigma * sigma));
        }

        return LogSpace.Sum(terms);
    }

    /// <summary>The trapezoid rule on an analytic integrand: the step is small against the distance πσ² of its nearest branch point.</summary>
    private static double QuadratureMoment(double order, double sigma, double rate)
    {
        double step = Math.Min(sigma / 8, Math.PI * sigma * sigma / 8);
        double from = -14 * sigma;
        int count = (int)((order + (28 * sigma)) / step) + 1;
        var terms = new double[count];
        for (int i = 0; i < count; i++)
        {
            double z = from + (i * step);
            double ratio = LogSpace.Add(Math.Log(1 - rate), Math.Log(rate) + (((2 * z) - 1) / (2 * sigma * sigma)));
            terms[i] = (order * ratio) - (z * z / (2 * sigma * sigma));
        }

        return LogSpace.Sum(terms) + Math.Log(step / (sigma * Math.Sqrt(2 * Math.PI)));
    }

    private static void RequireDelta(double delta)
    {
        if (delta is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Expected a δ between 0 and 1, both excluded.");
        }
    }
}
