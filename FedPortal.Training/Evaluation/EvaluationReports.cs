namespace FedPortal.Training.Evaluation;

/// <summary>Makes a report from predictions.</summary>
/// <remarks>
/// Precision, recall and accuracy are proportions and get Wilson's interval; the AUROC of a class gets DeLong's; all others the percentile
/// bootstrap over images. A class without images has no value in any metric. A macro value is the mean over the classes with images and
/// has no value when one of them has none (a class that was never predicted has no precision). The calibration error without a class is
/// that of the predicted class; with a class it is class-wise.
/// </remarks>
public static class EvaluationReports
{
    public const string Wilson = "Wilson";
    public const string DeLong = "DeLong";
    public const string PercentileBootstrap = "bootstrap";
    public const int DefaultReplicates = 1000;

    /// <param name="predictions">Any number of images, also none.</param>
    /// <param name="replicates">Of the bootstrap, at least 100.</param>
    /// <param name="seed">Of the bootstrap: the same predictions give the same report.</param>
    public static EvaluationReport From(Predictions predictions, int replicates = DefaultReplicates, int seed = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 100);
        var confusion = ConfusionMatrix.From(predictions);
        return new EvaluationReport(
            predictions.Classes,
            predictions.Count,
            predictions.Count == 0 ? null : MeanCrossEntropy(predictions),
            confusion.ToRows(),
            predictions.Count == 0 ? Unsupported(predictions) : Measure(predictions, confusion, replicates, seed),
            predictions.IsSynthetic);
    }

    private static List<Measurement> Measure(Predictions predictions, ConfusionMatrix confusion, int replicates, int seed)
    {
        var calculator = new MetricCalculator(predictions);
        int[] once = new int[predictions.Count];
        once.AsSpan().Fill(1);
        double[,] values = calculator.Compute(once);
        var bootstrap = new Bootstrap(calculator, predictions.Count, replicates, seed);
        var measurements = new List<Measurement>();
        foreach ((Metric metric, int column, string? ofClass) in Rows(predictions))
        {
            double value = values[(int)metric, column];
            int count = SampleCount(confusion, metric, column);
            if (double.IsNaN(value))
            {
                measurements.Add(new Measurement(metric, ofClass, null, null, null, count, ""));
                continue;
            }

            ((double Lower, double Upper)? interval, string method) = (metric, ofClass) switch
            {
                (Metric.Accuracy, _) => (Intervals.Wilson(confusion.Correct, confusion.Total), Wilson),
                (Metric.Precision, not null) => (Intervals.Wilson(confusion[column, column], confusion.Predicted(column)), Wilson),
                (Metric.Recall, not null) => (Intervals.Wilson(confusion[column, column], confusion.Actual(column)), Wilson),
                (Metric.Auroc, not null) => (Intervals.Normal(value, calculator.Rankings[column].DeLongVariance()), DeLong),
                _ => (bootstrap.Interval(metric, column), PercentileBootstrap),
            };
            measurements.Add(new Measurement(metric, ofClass, value, interval?.Lower, interval?.Upper, count, interval is null ? "" : method));
        }

        return measurements;
    }

    private static List<Measurement> Unsupported(Predictions predictions) =>
        [.. Rows(predictions).Select(row => new Measurement(row.Metric, row.Class, null, null, null, 0, ""))];

    /// <summary>Every metric, first macro, then by class. Accuracy has no classes: for one class it would be the recall.</summary>
    private static IEnumerable<(Metric Metric, int Column, string? Class)> Rows(Predictions predictions)
    {
        int macro = predictions.Classes.Count;
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            yield return (metric, macro, null);
            for (int c = 0; c < macro && metric != Metric.Accuracy; c++)
            {
                yield return (metric, c, predictions.Classes[c]);
            }
        }
    }

    /// <summary>The images in the denominator.</summary>
    private static int SampleCount(ConfusionMatrix confusion, Metric metric, int column) =>
        column == confusion.ClassCount ? confusion.Total : metric switch
        {
            Metric.Precision => confusion.Predicted(column),
            Metric.Recall => confusion.Actual(column),
            Metric.F1 => confusion.Actual(column) + confusion.Predicted(column) - confusion[column, column],
            _ => confusion.Total,
        };

    private static double MeanCrossEntropy(Predictions predictions)
    {
        double sum = 0;
        for (int image = 0; image < predictions.Count; image++)
        {
            sum -= Math.Log(Math.Max(predictions.Of(image)[predictions.Labels[image]], float.Epsilon));
        }

        return sum / predictions.Count;
    }
}
