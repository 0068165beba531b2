using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Robustness;

/// <summary>Wrong labels: a seeded share of images gets the label of another class, each other class alike.</summary>
public static class LabelNoise
{
    /// <returns>The labels with exactly round(share · n) of them wrong.</returns>
    /// <param name="labels">Class numbers.</param>
    /// <param name="classCount">At least 2.</param>
    /// <param name="share">From 0 to 1.</param>
    /// <param name="seed">Of the draw; a larger share of the same seed keeps what a smaller one made wrong.</param>
    public static int[] Flip(IReadOnlyList<int> labels, int classCount, double share, int seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        if (!(share is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a share from 0 to 1.");
        }

        int[] flipped = [.. labels];
        int[] order = [.. Enumerable.Range(0, flipped.Length)];
        var random = new SeededRandom((ulong)seed);
        random.Shuffle(order.AsSpan());
        foreach (int image in order.AsSpan(0, (int)Math.Round(share * flipped.Length)))
        {
            flipped[image] = (flipped[image] + 1 + random.Next(0, classCount - 1)) % classCount;
        }

        return flipped;
    }

    /// <summary>The same answers of a network, judged by labels of which some are wrong.</summary>
    public static Predictions Judged(Predictions predictions, double share, int seed)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return new Predictions(
            predictions.Classes, Flip(predictions.Labels, predictions.Classes.Count, share, seed), predictions.Probabilities.ToArray(), predictions.IsSynthetic);
    }

    /// <summary>What an accuracy looks like, on average, when a share of the labels is wrong: a(1 − f) + (1 − a) f / (K − 1).</summary>
    public static double ExpectedAccuracy(double accuracy, double share, int classCount) => (accuracy * (1 - share)) + ((1 - accuracy) * share / (classCount - 1));

    internal static PreparedDataset Flip(PreparedDataset data, double share, int seed)
    {
        int[] labels = Flip([.. Enumerable.Range(0, data.Count).Select(data.Label)], data.Classes.Count, share, seed);
        return data.With((_, pixels, image) => (labels[image], pixels));
    }
}
