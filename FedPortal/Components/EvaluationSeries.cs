using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Evaluation;

namespace FedPortal.Components;

/// <summary>A study's evaluations as lines over the rounds: pooled and hold-out in front with their intervals, institutions thin behind.</summary>
internal static class EvaluationSeries
{
    private const int MostInstitutions = 8;

    public static IReadOnlyList<ChartSeries> Of(IReadOnlyList<CurvePoint> points, Metric metric) => Of(points, point => metric switch
    {
        _ when point.Report?.Of(metric) is { } measured => new ChartPoint(point.ModelVersion, measured.Value, measured.Lower, measured.Upper),
        Metric.Accuracy => new ChartPoint(point.ModelVersion, point.Accuracy),
        Metric.Auroc => new ChartPoint(point.ModelVersion, point.Auroc),
        _ => new ChartPoint(point.ModelVersion, null),
    });

    public static IReadOnlyList<ChartSeries> OfLoss(IReadOnlyList<CurvePoint> points) => Of(points, point => new ChartPoint(point.ModelVersion, point.Loss));

    private static IReadOnlyList<ChartSeries> Of(IReadOnlyList<CurvePoint> points, Func<CurvePoint, ChartPoint> pointOf)
    {
        // More lines than colours cannot be told apart; the table of a round still names every institution.
        bool drawsInstitutions = points.Select(point => point.InstitutionId).Distinct().Count() <= MostInstitutions + 1;
        IEnumerable<ChartSeries> all = points
            .Where(point => drawsInstitutions || point.Scope != EvaluationScope.Institution)
            .GroupBy(row => (row.Scope, row.InstitutionId))
            .OrderByDescending(group => group.Key.Scope)
            .ThenBy(group => group.First().ShortCode, StringComparer.Ordinal)
            .Select(group => group.Key.Scope == EvaluationScope.Institution
                ? new ChartSeries(group.First().ShortCode ?? "", ((group.First().ColourIndex ?? 0) % 8) + 1, [.. Points(group).Select(WithoutInterval)], IsThin: true)
                : new ChartSeries(group.Key.Scope == EvaluationScope.Pooled ? "Pooled" : "Consortium hold-out", group.Key.Scope == EvaluationScope.Pooled ? ChartSeries.Pooled : ChartSeries.Holdout, Points(group)));
        return [.. all];

        ChartPoint[] Points(IEnumerable<CurvePoint> rows) =>
            [.. rows.GroupBy(row => row.ModelVersion).OrderBy(version => version.Key).Select(version => pointOf(version.Last()))];

        static ChartPoint WithoutInterval(ChartPoint point) => point with { Lower = null, Upper = null };
    }
}
