namespace FedPortal.Training.Accounting.Distributions;

/// <summary>Sums and binomial coefficients of numbers that are held as natural logarithms.</summary>
internal static class LogSpace
{
    /// <returns>ln(e^a + e^b); −∞ stands for zero.</returns>
    public static double Add(double a, double b)
    {
        double high = Math.Max(a, b);
        double low = Math.Min(a, b);
        return double.IsInfinity(high) ? high : high + LogOnePlus(Math.Exp(low - high));
    }

    /// <returns>ln Σ e^terms; −∞ when there are none.</returns>
    public static double Sum(ReadOnlySpan<double> terms)
    {
        double high = double.NegativeInfinity;
        foreach (double term in terms)
        {
            high = Math.Max(high, term);
        }

        if (double.IsInfinity(high))
        {
            return high;
        }

        double total = 0;
        foreach (double term in terms)
        {
            total += Math.Exp(term - high);
        }

        return high + Math.Log(total);
    }

    /// <returns>ln of n over k, for 0 ≤ k ≤ n.</returns>
    public static double Binomial(int n, int k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);

    /// <returns>ln n!, with a relative error of a few units in the last place.</returns>
    public static double LogFactorial(int n) =>
        n < 2 ? 0 : (0.5 * Math.Log(2 * Math.PI * n)) + (n * (Math.Log(n) - 1)) + StirlingError.Of(n);

    /// <returns>ln(1 + x), accurate for small x.</returns>
    public static double LogOnePlus(double x)
    {
        double y = 1 + x;

        // Kahan: the rounding of 1 + x cancels in the quotient.
        return y == 1 ? x : Math.Log(y) * (x / (y - 1));
    }

    /// <returns>e^x − 1, accurate for small x.</returns>
    public static double ExpMinusOne(double x)
    {
        if (Math.Abs(x) > 0.5)
        {
            return Math.Exp(x) - 1;
        }

        // e^x − 1 = 2 sinh(x/2) e^(x/2) has no cancellation.
        return 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);
    }
}
