namespace FedPortal.Training.Evaluation;

/// <summary>What a model said about labelled images. It holds no image and no identity, so institutions may pool it.</summary>
public sealed class Predictions
{
    /// <param name="classes">Class names by class number, at least 2.</param>
    /// <param name="labels">True class number of each image.</param>
    /// <param name="probabilities">Image by class, each in [0, 1], every row with sum 1 (within 1e-3).</param>
    /// <param name="isSynthetic">Whether any image came from the phantom generator.</param>
    public Predictions(IReadOnlyList<string> classes, int[] labels, float[] probabilities, bool isSynthetic)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes.Count, 2);
        if (probabilities.Length != (long)labels.Length * classes.Count)
        {
            throw new ArgumentException($"Expected {(long)labels.Length * classes.Count} probabilities for {labels.Length} images but got {probabilities.Length}.", nameof(probabilities));
        }

        int bad = Array.FindIndex(labels, label => label < 0 || label >= classes.Count);
        if (bad >= 0)
        {
            throw new ArgumentException($"Label {labels[bad]} of image {bad} is not one of {classes.Count} classes.", nameof(labels));
        }

        for (int image = 0; image < labels.Length; image++)
        {
            CheckRow(image, probabilities.AsSpan(image * classes.Count, classes.Count));
        }

        Classes = classes;
        Labels = labels;
        Probabilities = probabilities;
        IsSynthetic = isSynthetic;
    }

    public IReadOnlyList<string> Classes { get; }

    public int Count => Labels.Count;

    public IReadOnlyList<int> Labels { get; }

    /// <summary>Image by class.</summary>
    public ReadOnlyMemory<float> Probabilities { get; }

    public bool IsSynthetic { get; }

    /// <summary>The class probabilities of one image.</summary>
    public ReadOnlySpan<float> Of(int image) => Probabilities.Span.Slice(image * Classes.Count, Classes.Count);

    /// <summary>Turns logits into probabilities.</summary>
    /// <param name="classes">Class names by class number.</param>
    /// <param name="labels">True class number of each image.</param>
    /// <param name="logits">Image by class, finite.</param>
    /// <param name="isSynthetic">Whether any image came from the phantom generator.</param>
    /// <exception cref="ArgumentException">A logit is not finite: the model is broken.</exception>
    public static Predictions FromLogits(IReadOnlyList<string> classes, int[] labels, ReadOnlySpan<float> logits, bool isSynthetic)
    {
        return new Predictions(classes, labels, SoftMax(logits, classes.Count), isSynthetic);
    }

    /// <summary>Probabilities, image by class, from logits of the same order.</summary>
    /// <exception cref="ArgumentException">A logit is not finite, or the last row is not whole.</exception>
    public static float[] SoftMax(ReadOnlySpan<float> logits, int classCount)
    {
        if (logits.Length % classCount != 0)
        {
            throw new ArgumentException($"Expected a multiple of {classCount} logits but got {logits.Length}.", nameof(logits));
        }

        float[] probabilities = new float[logits.Length];
        for (int start = 0; start < logits.Length; start += classCount)
        {
            SoftMaxRow(logits.Slice(start, classCount), probabilities.AsSpan(start, classCount));
        }

        return probabilities;
    }

    /// <summary>All images of several hold-out sets, in order.</summary>
    /// <exception cref="ArgumentException">No set, or sets that differ in their classes.</exception>
    public static Predictions Concat(IReadOnlyList<Predictions> parts)
    {
        if (parts.Count == 0)
        {
            throw new ArgumentException("Expected at least one set of predictions but got none.", nameof(parts));
        }

        IReadOnlyList<string> classes = parts[0].Classes;
        if (parts.FirstOrDefault(part => !part.Classes.SequenceEqual(classes)) is { } other)
        {
            throw new ArgumentException($"Expected the classes {string.Join(", ", classes)} but got {string.Join(", ", other.Classes)}.", nameof(parts));
        }

        return new Predictions(
            classes,
            [.. parts.SelectMany(part => part.Labels)],
            [.. parts.SelectMany(part => part.Probabilities.ToArray())],
            parts.Any(part => part.IsSynthetic));
    }

    /// <summary>The same for one row in double precision, in place.</summary>
    internal static void SoftMax(Span<double> row)
    {
        double largest = double.NegativeInfinity;
        foreach (double logit in row)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (ref double value in row)
        {
            value = Math.Exp(value - largest);
            sum += value;
        }

        foreach (ref double value in row)
        {
            value /= sum;
        }
    }

    private static void SoftMaxRow(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        double largest = double.NegativeInfinity;
        foreach (float logit in logits)
        {
            if (!float.IsFinite(logit))
            {
                throw new ArgumentException($"A logit is {logit}; the model cannot be evaluated.", nameof(logits));
            }

            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        for (int c = 0; c < logits.Length; c++)
        {
            probabilities[c] = (float)(Math.Exp(logits[c] - largest) / sum);
        }
    }

    private static void CheckRow(int image, ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float probability in row)
        {
            if (!(probability is >= 0 and <= 1))
            {
                throw new ArgumentException($"A probability of image {image} is {probability}.", nameof(row));
            }

            sum += probability;
        }

        if (Math.Abs(sum - 1) > 1e-3)
        {
            throw new ArgumentException($"Expected the probabilities of image {image} to have sum 1 but it is {sum:G6}.", nameof(row));
        }
    }
}
