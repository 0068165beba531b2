namespace FedPortal.Training.Accounting.Distributions;

/// <summary>The standard normal distribution, with full relative accuracy in both tails.</summary>
internal static class NormalDistribution
{
    private static readonly double SqrtHalf = Math.Sqrt(0.5);

    /// <returns>P[N(0, 1) ≤ x].</returns>
    public static double Lower(double x) => 0.5 * ErrorFunctionComplement(-x * SqrtHalf);

    /// <returns>P[N(0, 1) ≥ x].</returns>
    public static double Upper(double x) => Lower(-x);

    /// <returns>ln P[N(0, 1) ≤ x], finite also where the probability underflows.</returns>
    public static double LogLower(double x)
    {
        double argument = -x * SqrtHalf;
        return argument < 2.5 ? Math.Log(Lower(x)) : Math.Log(0.5 * ScaledTail(argument)) - (argument * argument);
    }

    /// <returns>P[a ≤ N(0, 1) ≤ b], from whichever tail loses fewer digits.</returns>
    public static double Between(double a, double b) => a > 0 ? Lower(-a) - Lower(-b) : Lower(b) - Lower(a);

    private static double ErrorFunctionComplement(double x)
    {
        if (x < 0)
        {
            return 2 - ErrorFunctionComplement(-x);
        }

        return x < 2.5 ? 1 - ErrorFunction(x) : Math.Exp(-x * x) * ScaledTail(x);
    }

    /// <summary>erf x = 2/√π·e^(−x²)·Σ 2^n x^(2n+1)/(2n+1)!!, all terms positive.</summary>
    private static double ErrorFunction(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>e^(x²)·erfc x for x ≥ 2.5 by its continued fraction, evaluated from the tail.</summary>
    private static double ScaledTail(double x)
    {
        int depth = 20 + (int)(400 / (x * x));
        double fraction = x;
        for (int n = depth; n >= 1; n--)
        {
            fraction = x + (0.5 * n / fraction);
        }

        return 1 / (Math.Sqrt(Math.PI) * fraction);
    }
}
