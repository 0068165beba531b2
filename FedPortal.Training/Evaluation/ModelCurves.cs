namespace FedPortal.Training.Evaluation;

/// <summary>One point of a ROC curve.</summary>
public sealed record RocPoint(double FalsePositiveRate, double TruePositiveRate);

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="From">Lowest confidence, excluded; the bin is a tenth wide.</param>
/// <param name="Count">Images in it.</param>
/// <param name="MeanConfidence">Of these.</param>
/// <param name="Accuracy">Share of them that was right.</param>
/// <param name="Lower">95 % Wilson.</param>
/// <param name="Upper">95 % Wilson.</param>
public sealed record ReliabilityBin(double From, int Count, double MeanConfidence, double Accuracy, double Lower, double Upper);

/// <summary>The curves behind the figures of a report.</summary>
public static class ModelCurves
{
    /// <summary>One class against the rest, at most 101 points; empty without images of either.</summary>
    public static IReadOnlyList<RocPoint> Roc(Predictions predictions, int ofClass)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        int positives = predictions.Labels.Count(label => label == ofClass);
        int negatives = predictions.Count - positives;
        if (positives == 0 || negatives == 0)
        {
            return [];
        }

        List<RocPoint> points = [new(0, 0)];
        int found = 0;
        int wrong = 0;
        foreach (var tied in Enumerable.Range(0, predictions.Count).GroupBy(image => predictions.Of(image)[ofClass]).OrderByDescending(group => group.Key))
        {
            found += tied.Count(image => predictions.Labels[image] == ofClass);
            wrong += tied.Count(image => predictions.Labels[image] != ofClass);
            points.Add(new RocPoint(wrong / (double)negatives, found / (double)positives));
        }

        return Thinned(points);
    }

    /// <summary>Confidence of the predicted class against how often it is right, in ten bins; bins without images are missing.</summary>
    public static IReadOnlyList<ReliabilityBin> Reliability(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        int[] predicted = ConfusionMatrix.PredictedClasses(predictions);
        return [.. Enumerable.Range(0, predictions.Count)
            .Select(image => (Confidence: (double)predictions.Of(image)[predicted[image]], IsRight: predictions.Labels[image] == predicted[image]))
            .GroupBy(pair => CalibrationBins.BinOf(pair.Confidence)).OrderBy(group => group.Key).Select(group =>
            {
                int right = group.Count(pair => pair.IsRight);
                (double lower, double upper) = Intervals.Wilson(right, group.Count())!.Value;
                return new ReliabilityBin(group.Key / (double)CalibrationBins.BinCount, group.Count(), group.Average(pair => pair.Confidence), right / (double)group.Count(), lower, upper);
            })];
    }

    /// <summary>At most 101 of them, evenly spread, the first and the last among them.</summary>
    internal static IReadOnlyList<T> Thinned<T>(IReadOnlyList<T> points) =>
        points.Count <= 101 ? points : [.. Enumerable.Range(0, 101).Select(i => points[(int)((long)i * (points.Count - 1) / 100)])];
}
