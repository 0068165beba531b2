namespace FedPortal.Training.Evaluation;

/// <summary>What is measured on a hold-out set.</summary>
public enum Metric
{
    Accuracy,
    Precision,
    Recall,
    F1,
    Auroc,
    Auprc,

    /// <summary>Expected calibration error, 10 equal-width bins (Guo et al. 2017). Smaller is better.</summary>
    ExpectedCalibrationError,
}

/// <summary>One measured number with what it rests on.</summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Class">The class it was measured for against the rest, or null for the macro average over all classes with support.</param>
/// <param name="Value">The number, or null when there is no support: never 0 or 1 in its place.</param>
/// <param name="Lower">Lower end of the 95 % interval, or null.</param>
/// <param name="Upper">Upper end of the 95 % interval, or null.</param>
/// <param name="SampleCount">Images the number rests on.</param>
/// <param name="IntervalMethod">Wilson, DeLong or bootstrap; empty without interval.</param>
public sealed record Measurement(Metric Metric, string? Class, double? Value, double? Lower, double? Upper, int SampleCount, string IntervalMethod);

/// <summary>Everything measured for one model on one hold-out set.</summary>
/// <param name="Classes">Class names, by class number.</param>
/// <param name="SampleCount">Images evaluated.</param>
/// <param name="Loss">Mean cross-entropy, or null without images.</param>
/// <param name="ConfusionMatrix">[true class][predicted class] counts.</param>
/// <param name="Measurements">All metrics, macro and by class.</param>
/// <param name="IsSynthetic">True when any image came from the phantom generator.</param>
public sealed record EvaluationReport(
    IReadOnlyList<string> Classes,
    int SampleCount,
    double? Loss,
    IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix,
    IReadOnlyList<Measurement> Measurements,
    bool IsSynthetic)
{
    /// <summary>The macro value of a metric, or null when it has no support.</summary>
    public Measurement? Of(Metric metric) => Measurements.FirstOrDefault(m => m.Metric == metric && m.Class is null);
}
