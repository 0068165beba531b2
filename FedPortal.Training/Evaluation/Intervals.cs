namespace FedPortal.Training.Evaluation;

/// <summary>95 % intervals that have a closed form.</summary>
public static class Intervals
{
    /// <summary>The 97.5 % point of the standard normal distribution.</summary>
    public const double Z = 1.959963984540054;

    /// <summary>Interval of a proportion (Wilson 1927), or null without trials.</summary>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 0.</param>
    public static (double Lower, double Upper)? Wilson(int successes, int trials)
    {
        if (trials == 0)
        {
            return null;
        }

        double share = (double)successes / trials;
        double square = Z * Z / trials;
        double centre = (share + (square / 2)) / (1 + square);
        double half = Z / (1 + square) * Math.Sqrt((share * (1 - share) / trials) + (square / (4 * trials)));
        return (successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }

    /// <summary>Symmetric interval around an estimate, cut to [0, 1]; null when the variance is 0 or unknown, which says nothing about certainty.</summary>
    public static (double Lower, double Upper)? Normal(double value, double variance)
    {
        if (!(variance > 0))
        {
            return null;
        }

        double half = Z * Math.Sqrt(variance);
        return (Math.Max(0, value - half), Math.Min(1, value + half));
    }
}
