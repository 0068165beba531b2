using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Explanation;

/// <summary>A model's answer about one picture, held against how the model did on the hold-outs.</summary>
/// <param name="Classes">Class names by class number.</param>
/// <param name="Raw">Probabilities as the network gives them.</param>
/// <param name="Calibrated">After temperature scaling; null when there were too few hold-out pictures to fit it.</param>
/// <param name="TopClass">The likeliest class.</param>
/// <param name="Bin">Hold-out pictures that the model was as sure of: how often it was right about them. Null when there were none.</param>
/// <param name="Novelty">Whether the picture is like the hold-outs; null when there is nothing to judge by.</param>
/// <param name="Notes">What is missing above, and why, in words for a person.</param>
public sealed record ModelOpinion(
    IReadOnlyList<string> Classes,
    IReadOnlyList<double> Raw,
    IReadOnlyList<double>? Calibrated,
    int TopClass,
    ReliabilityBin? Bin,
    Novelty? Novelty,
    IReadOnlyList<string> Notes)
{
    /// <summary>What to show: calibrated where that is possible.</summary>
    public IReadOnlyList<double> Shown => Calibrated ?? Raw;

    public double Confidence => Shown[TopClass];

    /// <param name="reference">Null when the model was never measured.</param>
    public static ModelOpinion Of(ModelAnswer answer, IReadOnlyList<string> classes, ModelReference? reference)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Of(answer.Logits, answer.Inputs, classes, reference);
    }

    /// <param name="logits">By class.</param>
    /// <param name="inputs">Statistics of the same picture.</param>
    /// <param name="classes">Class names by class number.</param>
    /// <param name="reference">Null when the model was never measured.</param>
    public static ModelOpinion Of(ReadOnlySpan<float> logits, InputStatistics inputs, IReadOnlyList<string> classes, ModelReference? reference)
    {
        if (logits.Length != classes.Count)
        {
            throw new ArgumentException($"Expected {classes.Count} logits but got {logits.Length}.", nameof(logits));
        }

        float[] raw = Predictions.SoftMax(logits, classes.Count);
        double[]? calibrated = reference?.Calibration?.Apply(raw);
        double[] rawValues = [.. raw.Select(value => (double)value)];
        double[] shown = calibrated ?? rawValues;
        int top = Array.IndexOf(shown, shown.Max());
        int bin = CalibrationBins.BinOf(shown[top]);
        Novelty? novelty = reference?.Inputs is { } pictures ? NoveltyRule.From(pictures)?.Judge(inputs) : null;
        return new ModelOpinion(
            classes, rawValues, calibrated, top,
            reference?.Bins.FirstOrDefault(b => CalibrationBins.BinOf(b.From + 0.05) == bin), novelty, [.. NotesOf(reference, calibrated is null, novelty is null)]);
    }

    private static IEnumerable<string> NotesOf(ModelReference? reference, bool isUncalibrated, bool isUnjudged)
    {
        if (isUncalibrated)
        {
            yield return $"The probabilities are not calibrated: that needs at least {TemperatureScaling.LeastPictures} labelled hold-out pictures, and there are {reference?.Count ?? 0}.";
        }

        if (isUnjudged)
        {
            yield return $"Whether the picture is like the hold-outs cannot be said: that needs input statistics of at least {NoveltyRule.LeastPictures} hold-out pictures, and there are {reference?.Inputs?.Count ?? 0}.";
        }
    }
}
