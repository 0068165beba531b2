namespace FedPortal.Training.Explanation;

/// <summary>How far two histograms of the same thing are apart.</summary>
/// <param name="StabilityIndex">Population stability index, Σ (q − p) ln(q / p) over the groups; 0 for equal shares.</param>
/// <param name="PValue">Of the two-sample χ² test of equal shares.</param>
/// <param name="Groups">Groups that were compared.</param>
public sealed record HistogramDistance(double StabilityIndex, double PValue, int Groups);

/// <summary>
/// Compares what a model is asked with what it was measured on. Neighbouring bins are put together until each group holds at least a tenth of the reference, so
/// that no group is nearly empty; half a picture is added to every group. Drift is called only where the index is large and chance is no explanation.
/// </summary>
public static class DriftTest
{
    /// <summary>Fewest pictures on either side.</summary>
    public const int LeastPictures = 100;

    /// <summary>The customary limit of a large shift.</summary>
    public const double LargeIndex = 0.25;

    /// <summary>Chance of a false call, shared between all comparisons (Bonferroni).</summary>
    public const double FalseCalls = 0.001;

    private const double LeastShare = 0.1;

    /// <summary>True when it is drift, among so many comparisons.</summary>
    public static bool IsDrift(HistogramDistance distance, int comparisons) =>
        distance.StabilityIndex >= LargeIndex && distance.PValue < FalseCalls / comparisons;

    /// <param name="reference">Counts by bin, in order.</param>
    /// <param name="observed">Counts of the same bins.</param>
    /// <param name="isOrdered">False for classes, which have no neighbours: each is a group of its own.</param>
    /// <returns>Null when one side has fewer than <see cref="LeastPictures"/>, or there is only one group.</returns>
    public static HistogramDistance? Compare(IReadOnlyList<int> reference, IReadOnlyList<int> observed, bool isOrdered)
    {
        if (reference.Count != observed.Count)
        {
            throw new ArgumentException($"Expected {reference.Count} counts but got {observed.Count}.", nameof(observed));
        }

        if (reference.Sum() < LeastPictures || observed.Sum() < LeastPictures)
        {
            return null;
        }

        List<(double Reference, double Observed)> groups = isOrdered ? Grouped(reference, observed) : [.. reference.Zip(observed).Where(pair => pair.First + pair.Second > 0).Select(pair => ((double)pair.First, (double)pair.Second))];
        return groups.Count < 2 ? null : new HistogramDistance(StabilityIndex(groups), PValue(groups), groups.Count);
    }

    private static List<(double Reference, double Observed)> Grouped(IReadOnlyList<int> reference, IReadOnlyList<int> observed)
    {
        double enough = LeastShare * reference.Sum();
        List<(double Reference, double Observed)> groups = [];
        (double expected, double seen) = (0, 0);
        for (int bin = 0; bin < reference.Count; bin++)
        {
            expected += reference[bin];
            seen += observed[bin];
            if (expected >= enough)
            {
                groups.Add((expected, seen));
                (expected, seen) = (0, 0);
            }
        }

        // What is left above the last whole group belongs to it.
        if (groups.Count > 0)
        {
            groups[^1] = (groups[^1].Reference + expected, groups[^1].Observed + seen);
        }

        return groups;
    }

    private static double StabilityIndex(List<(double Reference, double Observed)> groups)
    {
        double referenceSum = groups.Sum(group => group.Reference + 0.5);
        double observedSum = groups.Sum(group => group.Observed + 0.5);
        return groups.Sum(group =>
        {
            double p = (group.Reference + 0.5) / referenceSum;
            double q = (group.Observed + 0.5) / observedSum;
            return (q - p) * Math.Log(q / p);
        });
    }

    private static double PValue(List<(double Reference, double Observed)> groups)
    {
        double reference = groups.Sum(group => group.Reference);
        double observed = groups.Sum(group => group.Observed);
        double statistic = groups.Sum(group =>
        {
            double share = (group.Reference + group.Observed) / (reference + observed);
            double Term(double count, double all) => (count - (share * all)) * (count - (share * all)) / (share * all);
            return Term(group.Reference, reference) + Term(group.Observed, observed);
        });
        return ChiSquare.Above(statistic, groups.Count - 1);
    }
}
