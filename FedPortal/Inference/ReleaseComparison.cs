using System.Globalization;
using FedPortal.Training.Evaluation;

namespace FedPortal.Inference;

/// <summary>Holds a re-validation against the release.</summary>
public static class ReleaseComparison
{
    private static readonly (Metric Metric, string Name)[] Compared =
        [(Metric.Accuracy, "Accuracy"), (Metric.Auroc, "AUROC"), (Metric.F1, "F1"), (Metric.ExpectedCalibrationError, "Calibration error (ECE)")];

    /// <summary>Metrics that lie outside the 95 % interval of the release, on the bad side, in words with both sides; empty when none does.</summary>
    public static string Worse(EvaluationReport release, EvaluationReport now)
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(now);
        return string.Join(" ", Compared.Select(one => Of(one.Metric, one.Name, release.Of(one.Metric), now.Of(one.Metric))).OfType<string>());
    }

    private static string? Of(Metric metric, string name, Measurement? before, Measurement? after)
    {
        if (before is not { Value: { } then, Lower: { } lower, Upper: { } upper } || after?.Value is not { } value)
        {
            return null;
        }

        bool isWorse = metric == Metric.ExpectedCalibrationError ? value > upper : value < lower;
        return !isWorse ? null : string.Create(
            CultureInfo.InvariantCulture, $"{name}: {value:0.000} on {after.SampleCount} images, at the release {then:0.000} ({lower:0.000} to {upper:0.000}) on {before.SampleCount}.");
    }
}
