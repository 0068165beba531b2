using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Explanation;

/// <summary>What a model's answers are held against: how it did on the hold-outs. Everything is a sum over pictures.</summary>
/// <param name="Classes">Class names by class number.</param>
/// <param name="Count">Labelled hold-out pictures behind it.</param>
/// <param name="IsSynthetic">True when any of them came from the phantom generator.</param>
/// <param name="Calibration">Null when there are too few pictures.</param>
/// <param name="Bins">How often the calibrated model was right, by its confidence; of the model as it is where there is no calibration. Bins without pictures are missing.</param>
/// <param name="TopClasses">How often each class was predicted.</param>
/// <param name="Confidences">How often the calibrated probability of the predicted class was in each of twenty bins over 0…1.</param>
/// <param name="Inputs">Spread of the input statistics; null when no institution handed any in.</param>
public sealed record ModelReference(
    IReadOnlyList<string> Classes,
    int Count,
    bool IsSynthetic,
    TemperatureScaling? Calibration,
    IReadOnlyList<ReliabilityBin> Bins,
    IReadOnlyList<int> TopClasses,
    IReadOnlyList<int> Confidences,
    InputReference? Inputs)
{
    public const int ConfidenceBins = 20;

    /// <param name="predictions">On the hold-outs, possibly none.</param>
    /// <param name="inputs">Of the same pictures, or of some of them.</param>
    public static ModelReference Of(Predictions predictions, InputReference? inputs)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var calibration = TemperatureScaling.Fit(predictions);
        Predictions shown = calibration?.Apply(predictions) ?? predictions;
        int[] top = ConfusionMatrix.PredictedClasses(shown);
        return new ModelReference(
            predictions.Classes, predictions.Count, predictions.IsSynthetic, calibration, ModelCurves.Reliability(shown),
            [.. predictions.Classes.Select((_, c) => top.Count(predicted => predicted == c))],
            Histogram(top.Select((c, image) => (double)shown.Of(image)[c])), inputs);
    }

    /// <summary>The bin of a probability among <see cref="ConfidenceBins"/>.</summary>
    public static int ConfidenceBinOf(double probability) => Math.Clamp((int)(probability * ConfidenceBins), 0, ConfidenceBins - 1);

    private static int[] Histogram(IEnumerable<double> probabilities)
    {
        int[] counts = new int[ConfidenceBins];
        foreach (double probability in probabilities)
        {
            counts[ConfidenceBinOf(probability)]++;
        }

        return counts;
    }
}
