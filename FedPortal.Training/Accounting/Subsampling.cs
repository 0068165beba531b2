using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Accounting;

/// <summary>
/// Rényi bounds for a release over a Poisson sample: every unit takes part with probability q, on its own. It must be done for real, and
/// nobody may learn who took part. Never worse than without sampling. Integer orders only.
/// </summary>
public static class Subsampling
{
    /// <summary>
    /// Σ C(α,k)(1−q)^(α−k) q^k e^((k−1)ε(k)). For mechanisms whose pair of outputs is mirrored by x → Δ−x (Skellam, Gaussian): there
    /// adding and removing a unit cost the same, and the factor 3 of the general theorem falls away.
    /// </summary>
    public static double Symmetric(double order, double samplingRate, Func<double, double> divergence) =>
        Amplified(order, samplingRate, divergence, logFactor: 0);

    /// <summary>Zhu, Wang 2019, Theorem 5: the same sum with a factor 3 on every term from the third on. Holds for every mechanism.</summary>
    public static double General(double order, double samplingRate, Func<double, double> divergence) =>
        Amplified(order, samplingRate, divergence, Math.Log(3));

    private static double Amplified(double order, double samplingRate, Func<double, double> divergence, double logFactor)
    {
        int integer = RenyiOrders.RequireInteger(order);
        double plain = divergence(order);
        if (samplingRate == 1 || double.IsInfinity(plain))
        {
            return plain;
        }

        if (samplingRate == 0)
        {
            return 0;
        }

        double outside = Math.Log(1 - samplingRate);
        double inside = Math.Log(samplingRate);
        var terms = new double[integer];

        // k = 0 and k = 1 together: (1−q)^(α−1)·(1 + (α−1)q).
        terms[0] = ((integer - 1) * outside) + LogSpace.LogOnePlus((integer - 1) * samplingRate);
        for (int k = 2; k <= integer; k++)
        {
            terms[k - 1] = LogSpace.Binomial(integer, k) + ((integer - k) * outside) + (k * inside)
                + ((k - 1) * divergence(k)) + (k > 2 ? logFactor : 0);
        }

        return Math.Clamp(LogSpace.Sum(terms) / (integer - 1), 0, plain);
    }
}
