using System.Globalization;
using FedPortal.Training.Evaluation;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>The table form of an <see cref="EvaluationReport"/>.</summary>
internal static class EvaluationText
{
    private const string NoSupport = "no support";

    public static string Cell(EvaluationReport report, Metric metric) => Cell(report.Of(metric));

    /// <summary>The value with its interval: <c>0.871 [0.82, 0.91]</c>.</summary>
    public static string Cell(Measurement? measurement) => measurement switch
    {
        null or { Value: null } => NoSupport,
        { Lower: { } lower, Upper: { } upper } => string.Create(CultureInfo.InvariantCulture, $"{measurement.Value:0.000} [{lower:0.00}, {upper:0.00}]"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{measurement.Value:0.000}"),
    };

    public static IEnumerable<string> Lines(EvaluationReport report)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{report.SampleCount} images{(report.IsSynthetic ? ", synthetic" : "")}; mean cross-entropy {report.Loss?.ToString("0.000", CultureInfo.InvariantCulture) ?? NoSupport}");
        yield return "";
        var metrics = new TextTable("metric", "class", "value, 95 % interval", "n", "interval by");
        foreach (Measurement m in report.Measurements)
        {
            metrics.Add(EvaluationJson.NameOf(m.Metric), m.Class ?? "all", Cell(m), m.SampleCount.ToString(CultureInfo.InvariantCulture), m.IntervalMethod);
        }

        foreach (string line in metrics.Lines())
        {
            yield return line;
        }

        yield return "";
        var confusion = new TextTable(["true \\ predicted", .. report.Classes]);
        for (int c = 0; c < report.Classes.Count; c++)
        {
            confusion.Add([report.Classes[c], .. report.ConfusionMatrix[c].Select(count => count.ToString(CultureInfo.InvariantCulture))]);
        }

        foreach (string line in confusion.Lines())
        {
            yield return line;
        }
    }
}
