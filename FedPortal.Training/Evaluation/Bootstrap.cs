namespace FedPortal.Training.Evaluation;

/// <summary>Percentile bootstrap over images (Efron 1979), seeded, for every metric at once.</summary>
internal sealed class Bootstrap
{
    /// <summary>Below this share of replicates with a value an interval would describe a different question.</summary>
    private const double LeastDefinedShare = 0.8;
    private readonly double[,,] _replicates;

    public Bootstrap(MetricCalculator calculator, int imageCount, int replicates, int seed)
    {
        var random = new Random(seed);
        int[] weights = new int[imageCount];
        _replicates = new double[MetricCalculator.MetricCount, calculator.MacroColumn + 1, replicates];
        for (int replicate = 0; replicate < replicates; replicate++)
        {
            Array.Clear(weights);
            for (int draw = 0; draw < imageCount; draw++)
            {
                weights[random.Next(imageCount)]++;
            }

            Record(calculator.Compute(weights), replicate);
        }
    }

    /// <summary>The 2.5 % and 97.5 % points; null when too few replicates have a value or all have the same.</summary>
    public (double Lower, double Upper)? Interval(Metric metric, int column)
    {
        var defined = new List<double>();
        int count = _replicates.GetLength(2);
        for (int replicate = 0; replicate < count; replicate++)
        {
            double value = _replicates[(int)metric, column, replicate];
            if (!double.IsNaN(value))
            {
                defined.Add(value);
            }
        }

        defined.Sort();
        return defined.Count < LeastDefinedShare * count || defined[0] == defined[^1]
            ? null
            : (Quantile(defined, 0.025), Quantile(defined, 0.975));
    }

    /// <summary>Linear between the order statistics.</summary>
    private static double Quantile(List<double> sorted, double share)
    {
        double position = share * (sorted.Count - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    private void Record(double[,] values, int replicate)
    {
        for (int metric = 0; metric < values.GetLength(0); metric++)
        {
            for (int column = 0; column < values.GetLength(1); column++)
            {
                _replicates[metric, column, replicate] = values[metric, column];
            }
        }
    }
}
