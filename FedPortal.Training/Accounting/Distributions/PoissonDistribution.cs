namespace FedPortal.Training.Accounting.Distributions;

/// <summary>
/// The Poisson distribution, with the logarithm of its probabilities in the saddle-point form of C. Loader (2000). The textbook form
/// k·ln λ − λ − ln k! loses all digits for large λ (it is wrong by 2·10⁻⁴ at λ = 4·10¹⁰).
/// </summary>
public static class PoissonDistribution
{
    /// <returns>ln P[Poisson(λ) = k]; −∞ when the probability is zero.</returns>
    /// <param name="k">An integer below 2^53.</param>
    /// <param name="rate">λ, at least 0.</param>
    public static double LogProbability(double k, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        if (k < 0 || rate == 0)
        {
            return k == 0 ? 0 : double.NegativeInfinity;
        }

        return k == 0 ? -rate : -StirlingError.Of(k) - Deviance(k, rate) - (0.5 * Math.Log(2 * Math.PI * k));
    }

    /// <returns>P[Poisson(λ) ≤ k].</returns>
    public static double Cumulative(long k, double rate)
    {
        if (k < 0)
        {
            return 0;
        }

        return k < rate ? SumDown(k, rate) : 1 - SumUp(k + 1, rate);
    }

    private static double SumDown(long k, double rate)
    {
        double term = Math.Exp(LogProbability(k, rate));
        double sum = 0;
        for (long at = k; at >= 0 && term > sum * 1e-18; at--)
        {
            sum += term;
            term *= at / rate;
        }

        return sum;
    }

    private static double SumUp(long k, double rate)
    {
        double term = Math.Exp(LogProbability(k, rate));
        double sum = 0;
        for (long at = k; term > sum * 1e-18; at++)
        {
            sum += term;
            term *= rate / (at + 1);
        }

        return sum;
    }

    /// <summary>k·ln(k/λ) + λ − k without cancellation: with v = (k−λ)/(k+λ), ln(k/λ) = 2·artanh v as a series.</summary>
    internal static double Deviance(double k, double rate)
    {
        double difference = k - rate;
        if (Math.Abs(difference) >= 0.1 * (k + rate))
        {
            return (k * Math.Log(k / rate)) - difference;
        }

        double v = difference / (k + rate);
        double sum = difference * v;
        double power = 2 * k * v;
        for (int j = 1; j < 100; j++)
        {
            power *= v * v;
            double next = sum + (power / ((2 * j) + 1));
            if (next == sum)
            {
                break;
            }

            sum = next;
        }

        return sum;
    }
}
