using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Explanation;

/// <summary>The χ² distribution (Abramowitz and Stegun 1964, 26.4.4 and 26.4.5).</summary>
internal static class ChiSquare
{
    /// <summary>Chance of a value above <paramref name="value"/>.</summary>
    /// <param name="value">At least 0.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double Above(double value, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        double half = value / 2;
        bool isEven = degrees % 2 == 0;
        double term = isEven ? Math.Exp(-half) : Math.Exp(-half) * Math.Sqrt(half / Math.PI) * 2;
        double sum = isEven ? term : 2 * NormalDistribution.Upper(Math.Sqrt(value));
        for (double k = isEven ? 1 : 1.5, i = isEven ? 2 : 1; i < degrees; i += 2)
        {
            if (isEven)
            {
                term *= half / k;
                sum += term;
            }
            else
            {
                sum += term;
                term *= half / k;
            }

            k++;
        }

        return Math.Clamp(sum, 0, 1);
    }
}
