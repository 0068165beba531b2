using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Reports;
using FedPortal.Training.Accounting;

namespace FedPortal.Components.Reports;

/// <summary>ε over rounds as lines of a chart, one for each view.</summary>
internal static class EpsilonSeries
{
    // ε never falls, so evenly chosen rounds with the first and the last keep its extremes.
    private const int MostRounds = HistoryStore.MaxPoints;

    public static IReadOnlyList<ChartSeries> Of(LedgerReport ledger) =>
        [.. PrivacyAccountant.Views.Select(view => new ChartSeries(EpsilonText.NameOf(view), ColourOf(view), [.. Thinned(ledger.EpsilonByRound(view)).Select(point => new ChartPoint(point.Round, point.Epsilon))]))];

    /// <returns>What must stand below the drawing; null when every round is drawn.</returns>
    public static string? Remark(LedgerReport ledger) => ledger.Releases.Select(row => row.Round).Distinct().Count() is > MostRounds and var rounds
        ? ChartWords.Thinned(MostRounds, rounds)
        : null;

    private static IEnumerable<T> Thinned<T>(IReadOnlyList<T> points) => HistoryStore.Thinned(0, points.Count - 1).Select(i => points[i]);

    public static IReadOnlyList<ChartSeries> Of(PrivacyQuestion question) =>
        [.. question.Views.Select(view => new ChartSeries(EpsilonText.NameOf(view), ColourOf(view), [.. question.Curve(view).Index().Select(point => new ChartPoint(point.Index + 1, (point.Item as EpsilonStatement)?.Epsilon))]))];

    private static int ColourOf(PrivacyView view) => view switch
    {
        PrivacyView.PublishedSum => 9,
        PrivacyView.Colluders => 2,
        _ => 3,
    };
}
