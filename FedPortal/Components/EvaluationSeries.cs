using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Evaluation;

namespace FedPortal.Components;

/// <summary>A study's evaluations as lines over the rounds: pooled and hold-out in front with their intervals, institutions thin behind.</summary>
internal static class EvaluationSeries
{
    public static IReadOnlyList<ChartSeries> Of(IReadOnlyList<EvaluationRow> evaluations, Metric metric) =>
        Of(evaluations, row => row.Report.Of(metric) is { } m ? new ChartPoint(row.ModelVersion, m.Value, m.Lower, m.Upper) : new ChartPoint(row.ModelVersion, null));

    public static IReadOnlyList<ChartSeries> OfLoss(IReadOnlyList<EvaluationRow> evaluations) =>
        Of(evaluations, row => new ChartPoint(row.ModelVersion, row.Report.Loss));

    private static IReadOnlyList<ChartSeries> Of(IReadOnlyList<EvaluationRow> evaluations, Func<EvaluationRow, ChartPoint> pointOf)
    {
        IEnumerable<ChartSeries> all = evaluations
            .GroupBy(row => (row.Scope, row.InstitutionId))
            .OrderByDescending(group => group.Key.Scope)
            .ThenBy(group => group.First().ShortCode, StringComparer.Ordinal)
            .Select(group => group.Key.Scope == EvaluationScope.Institution
                ? new ChartSeries(group.First().ShortCode ?? "", (group.First().ColourIndex ?? 0) + 1, [.. Points(group).Select(WithoutInterval)], IsThin: true)
                : new ChartSeries(group.Key.Scope == EvaluationScope.Pooled ? "Pooled" : "Consortium hold-out", group.Key.Scope == EvaluationScope.Pooled ? ChartSeries.Pooled : ChartSeries.Holdout, Points(group)));
        return [.. all];

        ChartPoint[] Points(IEnumerable<EvaluationRow> rows) =>
            [.. rows.GroupBy(row => row.ModelVersion).OrderBy(version => version.Key).Select(version => pointOf(version.Last()))];

        static ChartPoint WithoutInterval(ChartPoint point) => point with { Lower = null, Upper = null };
    }
}
