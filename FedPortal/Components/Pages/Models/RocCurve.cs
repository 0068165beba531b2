using FedPortal.Components.Shared;

namespace FedPortal.Components.Pages.Models;

/// <summary>An ROC as a line over per cent of false positives.</summary>
internal static class RocCurve
{
    /// <summary>The highest rate of true positives at each whole per cent.</summary>
    public static IReadOnlyList<ChartPoint> PointsOf(IEnumerable<(double FalsePositiveRate, double TruePositiveRate)> roc) =>
        [.. roc.GroupBy(point => (int)Math.Round(100 * point.FalsePositiveRate)).Select(percent => new ChartPoint(percent.Key, percent.Max(point => point.TruePositiveRate)))];
}
