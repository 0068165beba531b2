using System.Text.Json.Nodes;
using FedPortal.Training.Evaluation;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>The JSON form of an <see cref="EvaluationReport"/>.</summary>
internal static class EvaluationJson
{
    private static readonly (Metric Metric, string Name)[] Names =
    [
        (Metric.Accuracy, "accuracy"),
        (Metric.Precision, "precision"),
        (Metric.Recall, "recall"),
        (Metric.F1, "f1"),
        (Metric.Auroc, "auroc"),
        (Metric.Auprc, "auprc"),
        (Metric.ExpectedCalibrationError, "ece"),
    ];

    public static string NameOf(Metric metric) => Array.Find(Names, entry => entry.Metric == metric).Name;

    public static JsonObject From(EvaluationReport report)
    {
        var byClass = new JsonObject();
        foreach (string ofClass in report.Classes)
        {
            byClass[ofClass] = Metrics(report, ofClass);
        }

        return new JsonObject
        {
            ["images"] = report.SampleCount,
            ["synthetic"] = report.IsSynthetic,
            ["loss"] = JsonOutput.Rounded(report.Loss),
            ["metrics"] = Metrics(report, ofClass: null),
            ["byClass"] = byClass,
            ["confusionMatrix"] = new JsonArray([.. report.ConfusionMatrix.Select(row => JsonOutput.Array(row))]),
        };
    }

    private static JsonObject Metrics(EvaluationReport report, string? ofClass)
    {
        var metrics = new JsonObject();
        foreach (Measurement measurement in report.Measurements.Where(m => m.Class == ofClass))
        {
            metrics[NameOf(measurement.Metric)] = new JsonObject
            {
                ["value"] = JsonOutput.Rounded(measurement.Value),
                ["lower"] = JsonOutput.Rounded(measurement.Lower),
                ["upper"] = JsonOutput.Rounded(measurement.Upper),
                ["n"] = measurement.SampleCount,
                ["interval"] = measurement.IntervalMethod.Length == 0 ? null : measurement.IntervalMethod,
            };
        }

        return metrics;
    }
}
