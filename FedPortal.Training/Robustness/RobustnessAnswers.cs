using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Robustness;

/// <summary>What a model said at one strength.</summary>
public sealed record PointAnswers(Disturbance Disturbance, double Strength, Predictions Predictions);

/// <summary>One image before and after, in prepared values.</summary>
/// <param name="Image">Its place in the data.</param>
/// <param name="Size">Width and height.</param>
public sealed record ExamplePixels(Disturbance Disturbance, double Strength, int Image, int Size, float[] Before, float[] After);

/// <summary>What a model said about images as they are and disturbed: numbers only, so institutions may pool them.</summary>
/// <param name="Clean">Undisturbed.</param>
/// <param name="Points">The same images in the same order.</param>
public sealed record RobustnessAnswers(Predictions Clean, IReadOnlyList<PointAnswers> Points)
{
    /// <summary>Empty where pictures were not asked for. They are not part of what is handed in.</summary>
    public IReadOnlyList<ExamplePixels> Pictures { get; init; } = [];

    /// <summary>All probabilities in a row: undisturbed first, then point by point.</summary>
    public float[] ToValues() => [.. Points.Select(point => point.Predictions).Prepend(Clean).SelectMany(predictions => predictions.Probabilities.ToArray())];

    /// <summary>The other way round.</summary>
    /// <param name="plan">What was asked for.</param>
    /// <param name="classes">Class names by class number.</param>
    /// <param name="labels">True classes.</param>
    /// <param name="values">As <see cref="ToValues"/> gave them.</param>
    /// <param name="isSynthetic">Whether any image came from the phantom generator.</param>
    /// <exception cref="InvalidDataException">The values are no such row.</exception>
    public static RobustnessAnswers FromValues(RobustnessPlan plan, IReadOnlyList<string> classes, IReadOnlyList<int> labels, float[] values, bool isSynthetic)
    {
        ArgumentNullException.ThrowIfNull(plan);
        int block = labels.Count * classes.Count;
        if (values.Length != (plan.PixelPoints + 1) * block)
        {
            throw new InvalidDataException($"Expected {(plan.PixelPoints + 1) * block} probabilities for {labels.Count} images at {plan.PixelPoints + 1} points but got {values.Length}.");
        }

        try
        {
            Predictions At(int point) => new(classes, [.. labels], values[(point * block)..((point + 1) * block)], isSynthetic);
            return new RobustnessAnswers(At(0), [.. plan.PixelPlaces().Select((place, index) => new PointAnswers(place.Disturbance, place.Strength, At(index + 1)))]);
        }
        catch (ArgumentException bad)
        {
            throw new InvalidDataException(bad.Message, bad);
        }
    }

    /// <summary>Several hold-outs as one.</summary>
    public static RobustnessAnswers Concat(IReadOnlyList<RobustnessAnswers> parts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        return new RobustnessAnswers(
            Predictions.Concat([.. parts.Select(part => part.Clean)]),
            [.. parts[0].Points.Select((point, index) => point with { Predictions = Predictions.Concat([.. parts.Select(part => part.Points[index].Predictions)]) })]);
    }
}
