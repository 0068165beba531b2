namespace FedPortal.Training.Attacks;

/// <summary>
/// Counts of scores in bins of a twentieth from −20 to 20. A site hands in these counts and never the score of a single patient; sums over sites are
/// counts again.
/// </summary>
public sealed class ScoreHistogram
{
    public const int BinCount = 800;
    private const double Width = 2 * LossScores.Limit / BinCount;
    private readonly int[] _counts;

    private ScoreHistogram(int[] counts) => _counts = counts;

    public int Total => _counts.Sum();

    public IReadOnlyList<int> Counts => _counts;

    /// <param name="scores">In [−20, 20].</param>
    public static ScoreHistogram Of(IEnumerable<double> scores)
    {
        int[] counts = new int[BinCount];
        foreach (double score in scores)
        {
            counts[Math.Clamp((int)Math.Floor((score + LossScores.Limit) / Width), 0, BinCount - 1)]++;
        }

        return new ScoreHistogram(counts);
    }

    /// <exception cref="InvalidDataException">Another number of bins, or a count that is not a whole number from 0 to 10⁷.</exception>
    public static ScoreHistogram FromCounts(ReadOnlySpan<float> counts)
    {
        if (counts.Length != BinCount)
        {
            throw new InvalidDataException($"Expected {BinCount} bins but got {counts.Length}.");
        }

        int[] whole = new int[BinCount];
        for (int bin = 0; bin < BinCount; bin++)
        {
            whole[bin] = counts[bin] is >= 0 and <= 1e7f && counts[bin] == MathF.Floor(counts[bin])
                ? (int)counts[bin] : throw new InvalidDataException($"Expected a whole number from 0 to 10000000 in bin {bin} but got {counts[bin]}.");
        }

        return new ScoreHistogram(whole);
    }

    public static ScoreHistogram Sum(IEnumerable<ScoreHistogram> parts)
    {
        int[] counts = new int[BinCount];
        foreach (ScoreHistogram part in parts)
        {
            for (int bin = 0; bin < BinCount; bin++)
            {
                counts[bin] += part._counts[bin];
            }
        }

        return new ScoreHistogram(counts);
    }

    /// <summary>As many scores as were counted, each at the middle of its bin.</summary>
    public IReadOnlyList<double> Scores() =>
        [.. _counts.SelectMany((count, bin) => Enumerable.Repeat(((bin + 0.5) * Width) - LossScores.Limit, count))];
}
