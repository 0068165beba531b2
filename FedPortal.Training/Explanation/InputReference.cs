using FedPortal.Training.Datasets;

namespace FedPortal.Training.Explanation;

/// <summary>
/// How the statistics of many pictures are spread: counts by bin and nothing else, so that institutions may hand it in and the portal may add them up. It
/// holds no picture, no single value and no identity.
/// </summary>
/// <param name="PipelineHash">Of the preprocessing that made the pictures: other pictures cannot be compared.</param>
/// <param name="Count">Pictures counted.</param>
/// <param name="Counts">By statistic, <see cref="BinCount"/> counts each, from the lowest value to the highest.</param>
public sealed record InputReference(string PipelineHash, int Count, IReadOnlyDictionary<InputStatistic, IReadOnlyList<int>> Counts)
{
    /// <summary>Bins of equal width over the statistic's range.</summary>
    public const int BinCount = 100;

    /// <summary>The bin of a value; values beyond the range are in the first or the last.</summary>
    public static int BinOf(InputStatistic statistic, double value)
    {
        (double low, double high) = InputStatistics.RangeOf(statistic);
        return Math.Clamp((int)Math.Floor((value - low) / (high - low) * BinCount), 0, BinCount - 1);
    }

    /// <summary>Where a bin begins.</summary>
    public static double EdgeOf(InputStatistic statistic, int bin)
    {
        (double low, double high) = InputStatistics.RangeOf(statistic);
        return low + ((high - low) * bin / BinCount);
    }

    /// <param name="data">Prepared pictures.</param>
    /// <param name="logits">The network's answers to them, picture by class.</param>
    public static InputReference Of(PreparedDataset data, ReadOnlySpan<float> logits)
    {
        ArgumentNullException.ThrowIfNull(data);
        int classes = data.Classes.Count;
        if (logits.Length != data.Count * classes)
        {
            throw new ArgumentException($"Expected {data.Count * classes} logits for {data.Count} pictures but got {logits.Length}.", nameof(logits));
        }

        var all = new List<InputStatistics>(data.Count);
        for (int i = 0; i < data.Count; i++)
        {
            all.Add(InputStatistics.Of(data.Pixels(i), data.ImageSize, logits.Slice(i * classes, classes)));
        }

        return Of(data.PipelineHash, all);
    }

    public static InputReference Of(string pipelineHash, IReadOnlyList<InputStatistics> pictures) =>
        new(pipelineHash, pictures.Count, InputStatistics.All.ToDictionary(statistic => statistic, statistic =>
        {
            int[] counts = new int[BinCount];
            foreach (InputStatistics picture in pictures)
            {
                counts[BinOf(statistic, picture[statistic])]++;
            }

            return (IReadOnlyList<int>)counts;
        }));

    /// <summary>All pictures of several references together.</summary>
    /// <exception cref="ArgumentException">None, or of different preprocessing.</exception>
    public static InputReference Sum(IReadOnlyList<InputReference> parts)
    {
        if (parts.Count == 0)
        {
            throw new ArgumentException("Expected at least one reference but got none.", nameof(parts));
        }

        if (parts.FirstOrDefault(part => part.PipelineHash != parts[0].PipelineHash) is { } other)
        {
            throw new ArgumentException($"Expected references of the preprocessing {parts[0].PipelineHash} but got {other.PipelineHash}.", nameof(parts));
        }

        return new InputReference(parts[0].PipelineHash, parts.Sum(part => part.Count), InputStatistics.All.ToDictionary(
            statistic => statistic, statistic => (IReadOnlyList<int>)[.. Enumerable.Range(0, BinCount).Select(bin => parts.Sum(part => part.Counts[statistic][bin]))]));
    }

    /// <summary>What an institution handed in must be counts over as many pictures as it has predictions for.</summary>
    /// <exception cref="InvalidDataException">It is not; the message names both sides.</exception>
    public void Check(int pictures)
    {
        if (Count != pictures)
        {
            throw new InvalidDataException($"Expected input statistics of {pictures} pictures but got {Count}.");
        }

        foreach (InputStatistic statistic in InputStatistics.All)
        {
            if (!Counts.TryGetValue(statistic, out IReadOnlyList<int>? counts) || counts.Count != BinCount)
            {
                throw new InvalidDataException($"Expected {BinCount} counts of {statistic} but got {counts?.Count ?? 0}.");
            }

            if (counts.Any(count => count < 0) || counts.Sum(count => (long)count) != Count)
            {
                throw new InvalidDataException($"Expected counts of {statistic} with sum {Count} but got {counts.Sum(count => (long)count)}.");
            }
        }
    }
}
