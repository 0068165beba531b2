namespace FedPortal.Training.Accounting.Distributions;

/// <summary>ln n! − ln(√(2πn)·(n/e)^n): what Stirling's formula leaves out.</summary>
internal static class StirlingError
{
    private const int TableLength = 32;

    private static readonly double[] Table = BuildTable();

    /// <param name="n">At least 1; need not be smaller than 2^31, so it is a double that holds an integer.</param>
    public static double Of(double n)
    {
        if (n < TableLength)
        {
            return Table[(int)n];
        }

        double square = n * n;
        return ((1.0 / 12) - (((1.0 / 360) - (((1.0 / 1260) - (((1.0 / 1680) - (1.0 / 1188 / square)) / square)) / square)) / square)) / n;
    }

    /// <summary>δ(n) = δ(n+1) + (n+½)·ln(1+1/n) − 1, downwards from where the series is exact to the last bit.</summary>
    private static double[] BuildTable()
    {
        var table = new double[TableLength];
        double next = Of(TableLength);
        for (int n = TableLength - 1; n >= 1; n--)
        {
            next += StepAt(n);
            table[n] = next;
        }

        return table;
    }

    /// <summary>(n+½)·ln(1+1/n) − 1 = Σ t^(2j)/(2j+1) over j ≥ 1 with t = 1/(2n+1): positive terms, no cancellation.</summary>
    private static double StepAt(int n)
    {
        double square = 1.0 / ((2.0 * n) + 1) / ((2.0 * n) + 1);
        double power = 1;
        double sum = 0;
        for (int j = 1; j <= 40; j++)
        {
            power *= square;
            sum += power / ((2 * j) + 1);
        }

        return sum;
    }
}
