namespace FedPortal.Training.Evaluation;

/// <summary>Computes every metric for any weighting of the same images; the bootstrap asks a thousand times.</summary>
internal sealed class MetricCalculator
{
    public static readonly int MetricCount = Enum.GetValues<Metric>().Length;

    private readonly Predictions _predictions;
    private readonly int[] _predicted;
    private readonly CalibrationBins _topClass;
    private readonly CalibrationBins[] _classBins;

    public MetricCalculator(Predictions predictions)
    {
        _predictions = predictions;
        _predicted = ConfusionMatrix.PredictedClasses(predictions);
        _topClass = CalibrationBins.OfTopClass(predictions, _predicted);
        _classBins = [.. Enumerable.Range(0, ClassCount).Select(c => CalibrationBins.OfClass(predictions, c))];
        Rankings = [.. Enumerable.Range(0, ClassCount).Select(c => new ScoreRanking(predictions, c))];
    }

    public ScoreRanking[] Rankings { get; }

    private int ClassCount => _predictions.Classes.Count;

    /// <summary>Column of the macro value in the result of <see cref="Compute"/>; the others are the class numbers.</summary>
    public int MacroColumn => ClassCount;

    /// <summary>Values [metric, class] and, in the last column, the macro value; NaN is no support.</summary>
    /// <param name="weights">How often each image counts.</param>
    public double[,] Compute(ReadOnlySpan<int> weights)
    {
        var confusion = ConfusionMatrix.From(_predictions.Labels, _predicted, weights, ClassCount);
        double[,] values = new double[MetricCount, ClassCount + 1];
        for (int c = 0; c < ClassCount; c++)
        {
            bool supported = confusion.Actual(c) > 0;
            (double auroc, double auprc) = Rankings[c].Areas(weights);
            values[(int)Metric.Accuracy, c] = double.NaN;
            values[(int)Metric.Precision, c] = confusion.Precision(c);
            values[(int)Metric.Recall, c] = confusion.Recall(c);
            values[(int)Metric.F1, c] = confusion.F1(c);
            values[(int)Metric.Auroc, c] = auroc;
            values[(int)Metric.Auprc, c] = auprc;
            values[(int)Metric.ExpectedCalibrationError, c] = supported ? _classBins[c].Error(weights) : double.NaN;
        }

        FillMacro(values, confusion);
        values[(int)Metric.Accuracy, MacroColumn] = (double)confusion.Correct / confusion.Total;
        values[(int)Metric.ExpectedCalibrationError, MacroColumn] = _topClass.Error(weights);
        return values;
    }

    /// <summary>Mean over the classes that have images; NaN when one of them has no value, since leaving it out would flatter the model.</summary>
    private void FillMacro(double[,] values, ConfusionMatrix confusion)
    {
        int supported = Enumerable.Range(0, ClassCount).Count(c => confusion.Actual(c) > 0);
        for (int metric = 0; metric < MetricCount; metric++)
        {
            double sum = 0;
            for (int c = 0; c < ClassCount; c++)
            {
                sum += confusion.Actual(c) > 0 ? values[metric, c] : 0;
            }

            values[metric, MacroColumn] = sum / supported;
        }
    }
}
