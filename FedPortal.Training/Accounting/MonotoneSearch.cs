namespace FedPortal.Training.Accounting;

/// <summary>Finds where a monotone condition turns true.</summary>
internal static class MonotoneSearch
{
    private const double Limit = 1e15;

    /// <returns>
    /// A value for which the condition holds and which is at most the relative <paramref name="tolerance"/> above the smallest such
    /// value; infinite when the condition does not hold at 10¹⁵.
    /// </returns>
    public static double Smallest(Func<double, bool> holds, double from, double tolerance)
    {
        if (holds(from))
        {
            return from;
        }

        double low = from;
        double high = Math.Max(1, 2 * from);
        while (!holds(high))
        {
            low = high;
            high *= 2;
            if (high > Limit)
            {
                return double.PositiveInfinity;
            }
        }

        while (high - low > tolerance * high)
        {
            double middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = holds(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <returns>The largest integer in [0, <paramref name="limit"/>] for which a condition holds that holds at 0 and turns false once.</returns>
    public static int Largest(Func<int, bool> holds, int limit)
    {
        int low = 0;
        int high = limit;
        while (low < high)
        {
            int middle = (int)(((long)low + high + 1) / 2);
            (low, high) = holds(middle) ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
