using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Evaluation;

namespace FedPortal.Components;

/// <summary>A study's evaluations as lines over the rounds: pooled and hold-out in front with their intervals, institutions thin behind.</summary>
internal static class EvaluationSeries
{
    public static IReadOnlyList<ChartSeries> Of(IReadOnlyList<CurvePoint> points, Metric metric) => Of(points, point => metric switch
    {
        Metric.Accuracy => PointOf(point, point.Accuracy),
        Metric.Auroc => PointOf(point, point.Auroc),
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There are curves of accuracy and AUROC."),
    });

    /// <summary>A value with its interval in a chart over model versions.</summary>
    public static ChartPoint PointOf(CurvePoint point, CurveValue value) => new(point.ModelVersion, value.Value, value.Lower, value.Upper);

    public static IReadOnlyList<ChartSeries> OfLoss(IReadOnlyList<CurvePoint> points) => Of(points, point => new ChartPoint(point.ModelVersion, point.Loss));

    private static IReadOnlyList<ChartSeries> Of(IReadOnlyList<CurvePoint> points, Func<CurvePoint, ChartPoint> pointOf)
    {
        IEnumerable<ChartSeries> all = points
            .GroupBy(row => (row.Scope, row.InstitutionId))
            .OrderByDescending(group => group.Key.Scope)
            .ThenBy(group => group.First().ShortCode, StringComparer.Ordinal)
            .Select(group => group.Key.Scope == EvaluationScope.Institution
                ? new ChartSeries(group.First().ShortCode ?? "", ChartSeries.ColourOf(group.First().ColourIndex ?? 0), [.. Points(group).Select(WithoutInterval)], IsThin: true)
                : new ChartSeries(group.Key.Scope == EvaluationScope.Pooled ? ChartWords.Pooled : ChartWords.Holdout, group.Key.Scope == EvaluationScope.Pooled ? ChartSeries.Pooled : ChartSeries.Holdout, Points(group)));
        return [.. all];

        ChartPoint[] Points(IEnumerable<CurvePoint> rows) =>
            [.. rows.GroupBy(row => row.ModelVersion).OrderBy(version => version.Key).Select(version => pointOf(version.Last()))];

        static ChartPoint WithoutInterval(ChartPoint point) => point with { Lower = null, Upper = null };
    }
}
