namespace FedPortal.Training.Screening;

/// <summary>Middle and spread that a few wild values do not move.</summary>
public static class RobustStatistics
{
    // Of a normal distribution, from the median absolute deviation to the standard deviation.
    private const double MedianToDeviation = 1.4826;

    /// <param name="values">At least one, in any order.</param>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>One robust deviation: 1.4826 times the median distance from the median.</summary>
    /// <param name="values">At least one, in any order.</param>
    /// <param name="median">Theirs.</param>
    public static double Deviation(IEnumerable<double> values, double median) => MedianToDeviation * Median(values.Select(value => Math.Abs(value - median)));
}
