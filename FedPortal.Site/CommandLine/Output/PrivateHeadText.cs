using System.Globalization;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Accounting;
using FedPortal.Training.Evaluation;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>A private-head study for people.</summary>
internal static class PrivateHeadText
{
    /// <summary>Whose data the default settings were tuned on.</summary>
    public const string ChosenOn = "phantoms only";

    public static PrivacyStatement Statement(PrivateHeadResult result, PrivacyView view) =>
        result.Plan.Statement(view, result.Plan.Rounds, result.Plan.Shares.Institutions);

    public static string Claim(PrivateHeadResult result, PrivacyView view) => PrivacyWording.Claim(
        Statement(result, view),
        new PrivacyScope(result.Plan.Delta, "patient", PrivacyScope.AdjacencyOf(result.Plan.SamplingRate), result.Setup.TuningRunsCounted),
        PrivacyWording.Adversary(view, result.Plan.Shares.AssumedColluders));

    public static IEnumerable<string> Lines(PrivateHeadResult result)
    {
        yield return "";
        yield return $"Regime: {PrivacyWording.PrivateHeadRegime}";
        foreach (PrivacyView view in PrivacyAccountant.Views)
        {
            yield return $"{PrivacyQuestion.NameOf(view),-10} {Claim(result, view)}";
        }

        yield return $"Default settings were chosen on {ChosenOn}; results on public X-rays were looked at while the method was built.";
        yield return result.Sum.ParameterSet is { } set
            ? string.Create(CultureInfo.InvariantCulture, $"Sums were encrypted with the set {set}, {result.Sum.MarginBits:0.0} bits of margin; noise check of the last sum {(result.NoiseCheck.Passed ? "passed" : "FAILED")}")
            : $"Sums were added in the clear: {result.Sum.WhyClear}";
        yield return "";
        var table = new TextTable("on all hold-out images", "n", "accuracy", "AUROC");
        table.Add(Row(FormattableString.Invariant($"private head, ε = {result.Setup.Epsilon}"), result.Private));
        table.Add(Row("same head, not private", result.Plain));
        table.Add(Row($"always {result.MajorityClass}", result.Majority));
        foreach (string line in table.Lines())
        {
            yield return "  " + line;
        }

        if (result.Repeats.Count > 1)
        {
            double[] values = [.. result.Repeats.Select(repeat => repeat.Accuracy)];
            yield return string.Create(CultureInfo.InvariantCulture, $"  {values.Length} trainings with fresh randomness: accuracy {values.Average():0.000} on average, {values.Min():0.000} to {values.Max():0.000}");
        }

        if (result.Private.IsSynthetic)
        {
            yield return "All images are synthetic: they show no patient.";
        }

        if (result.LedgerHead is { } head)
        {
            yield return $"Ledger: {result.Setup.LedgerPath}, last hash {head}";
        }
    }

    private static string[] Row(string name, EvaluationReport report) =>
        [name, report.SampleCount.ToString(CultureInfo.InvariantCulture), EvaluationText.Cell(report, Metric.Accuracy), EvaluationText.Cell(report, Metric.Auroc)];
}
