using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Attacks;

/// <summary>Exact bounds of a proportion (Clopper and Pearson 1934): they hold for every true rate and every number of trials.</summary>
public static class ClopperPearson
{
    /// <returns>The rate below which at least this many successes have probability <paramref name="error"/>; 0 without successes.</returns>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 0; without trials every rate is possible.</param>
    /// <param name="error">One-sided, for example 0.025.</param>
    public static double Lower(int successes, int trials, double error)
    {
        Check(successes, trials, error);
        return successes == 0 ? 0 : BetaQuantile(successes, trials - successes + 1, error);
    }

    /// <returns>The rate above which at most this many successes have probability <paramref name="error"/>; 1 where all succeeded.</returns>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 0; without trials every rate is possible.</param>
    /// <param name="error">One-sided, for example 0.025.</param>
    public static double Upper(int successes, int trials, double error)
    {
        Check(successes, trials, error);
        return successes == trials ? 1 : BetaQuantile(successes + 1, trials - successes, 1 - error);
    }

    private static void Check(int successes, int trials, double error)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (!(error is > 0 and < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(error), error, $"Expected an error between 0 and 0.5 but got {error}.");
        }
    }

    /// <summary>Where Beta(a, b) reaches this probability, by halving; whole a and b.</summary>
    private static double BetaQuantile(int a, int b, double probability)
    {
        double low = 0;
        double high = 1;
        for (int step = 0; step < 60; step++)
        {
            double middle = (low + high) / 2;
            (low, high) = BetaProbability(middle, a, b) < probability ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>P[Beta(a, b) ≤ x], the regularised incomplete beta function (DLMF 8.17.22), from whichever side converges.</summary>
    private static double BetaProbability(double x, int a, int b) => x <= 0 ? 0 : x >= 1 ? 1
        : x < (a + 1.0) / (a + b + 2.0) ? Fraction(x, a, b) : 1 - Fraction(1 - x, b, a);

    private static double Fraction(double x, int a, int b)
    {
        const double Tiny = 1e-300;
        double logFront = (a * Math.Log(x)) + (b * Math.Log(1 - x)) + LogSpace.LogFactorial(a + b - 1) - LogSpace.LogFactorial(a) - LogSpace.LogFactorial(b - 1);

        // Lentz's evaluation of the continued fraction.
        double c = 1;
        double d = Guard(1 - ((a + b) * x / (a + 1.0)));
        double value = 1 / d;
        d = value;
        for (int m = 1; m < 10_000; m++)
        {
            double even = m * (double)(b - m) * x / ((a - 1.0 + (2 * m)) * (a + (2.0 * m)));
            d = 1 / Guard(1 + (even * d));
            c = Guard(1 + (even / c));
            value *= d * c;
            double odd = -(a + (double)m) * (a + (double)b + m) * x / ((a + (2.0 * m)) * (a + 1.0 + (2 * m)));
            d = 1 / Guard(1 + (odd * d));
            c = Guard(1 + (odd / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-14)
            {
                break;
            }
        }

        return Math.Exp(logFront) * value;

        static double Guard(double factor) => Math.Abs(factor) < Tiny ? Tiny : factor;
    }
}
