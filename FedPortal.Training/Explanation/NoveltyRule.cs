namespace FedPortal.Training.Explanation;

/// <summary>How far one statistic of a picture lies from what the reference pictures show.</summary>
/// <param name="Distance">From the reference's middle, in units of its spread on that side; 0 in the middle.</param>
/// <param name="IsHigh">Above the middle.</param>
public sealed record StatisticDistance(InputStatistic Statistic, double Value, double Distance, bool IsHigh);

/// <summary>Whether a picture is like those the model was measured on.</summary>
/// <param name="Score">The largest distance of any statistic.</param>
/// <param name="Threshold">Above it a picture is called unlike the reference.</param>
/// <param name="Distances">Of all statistics, farthest first.</param>
public sealed record Novelty(double Score, double Threshold, IReadOnlyList<StatisticDistance> Distances)
{
    public bool IsUnlike => Score > Threshold;

    /// <summary>The statistics that are beyond the threshold, farthest first.</summary>
    public IReadOnlyList<StatisticDistance> Beyond => [.. Distances.TakeWhile(distance => distance.Distance > Threshold)];
}

/// <summary>
/// Tells pictures that are unlike the reference. Every statistic's distance is measured from the reference's median in units of the spread on that side
/// (median to 5 % or to 95 % point, over 1.645, and at least one bin); the score is the largest distance. The threshold is the smallest at which the reference's tails, added over
/// all statistics, hold at most 1 % of its pictures: by the union bound at least 99 % of the reference pictures are below it.
/// </summary>
public sealed class NoveltyRule
{
    /// <summary>Fewest reference pictures to judge by.</summary>
    public const int LeastPictures = 50;

    /// <summary>Largest share of the reference that would be called unlike it.</summary>
    public const double WarnedShare = 0.01;

    private const double NormalAt95 = 1.645;
    private readonly Dictionary<InputStatistic, Spread> _spreads;

    private NoveltyRule(Dictionary<InputStatistic, Spread> spreads, double threshold, int count)
    {
        _spreads = spreads;
        Threshold = threshold;
        Count = count;
    }

    public double Threshold { get; }

    /// <summary>Reference pictures behind it.</summary>
    public int Count { get; }

    /// <returns>Null when the reference holds fewer than <see cref="LeastPictures"/> pictures.</returns>
    public static NoveltyRule? From(InputReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Count < LeastPictures)
        {
            return null;
        }

        var spreads = InputStatistics.All.ToDictionary(statistic => statistic, statistic => Spread.Of(statistic, reference.Counts[statistic]));
        return new NoveltyRule(spreads, ThresholdOf(reference, spreads), reference.Count);
    }

    public Novelty Judge(InputStatistics picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        StatisticDistance[] distances =
        [
            .. InputStatistics.All
                .Select(statistic => new StatisticDistance(
                    statistic, picture[statistic], _spreads[statistic].Distance(picture[statistic]), picture[statistic] > _spreads[statistic].Median))
                .OrderByDescending(distance => distance.Distance),
        ];
        return new Novelty(distances[0].Distance, Threshold, distances);
    }

    // A bin counts by its far edge: an image in it may lie there.
    private static double ThresholdOf(InputReference reference, Dictionary<InputStatistic, Spread> spreads)
    {
        int allowed = (int)(WarnedShare * reference.Count);
        (double Distance, int Count)[] far =
        [
            .. InputStatistics.All.SelectMany(statistic => reference.Counts[statistic].Select((count, bin) => (spreads[statistic].FarDistance(statistic, bin), count)))
                .Where(pair => pair.count > 0).OrderByDescending(pair => pair.Item1),
        ];
        int above = 0;
        foreach ((double distance, int count) in far)
        {
            above += count;
            if (above > allowed)
            {
                return distance;
            }
        }

        return 0;
    }

    private sealed record Spread(double Median, double Below, double Above)
    {
        public static Spread Of(InputStatistic statistic, IReadOnlyList<int> counts)
        {
            double binWidth = InputReference.EdgeOf(statistic, 1) - InputReference.EdgeOf(statistic, 0);
            double median = Quantile(statistic, counts, 0.5);
            double Half(double quantile) => Math.Max(Math.Abs(quantile - median) / NormalAt95, binWidth);
            return new Spread(median, Half(Quantile(statistic, counts, 0.05)), Half(Quantile(statistic, counts, 0.95)));
        }

        public double Distance(double value) => value < Median ? (Median - value) / Below : (value - Median) / Above;

        public double FarDistance(InputStatistic statistic, int bin) =>
            Math.Max(Distance(InputReference.EdgeOf(statistic, bin)), Distance(InputReference.EdgeOf(statistic, bin + 1)));

        /// <summary>Linear within a bin.</summary>
        private static double Quantile(InputStatistic statistic, IReadOnlyList<int> counts, double share)
        {
            double wanted = share * counts.Sum();
            double below = 0;
            for (int bin = 0; bin < counts.Count; bin++)
            {
                if (counts[bin] > 0 && below + counts[bin] >= wanted)
                {
                    double from = InputReference.EdgeOf(statistic, bin);
                    return from + ((InputReference.EdgeOf(statistic, bin + 1) - from) * (wanted - below) / counts[bin]);
                }

                below += counts[bin];
            }

            return InputReference.EdgeOf(statistic, counts.Count);
        }
    }
}
