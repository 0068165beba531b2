using FedPortal.Components.Shared;
using FedPortal.Reports;
using FedPortal.Training.Accounting;

namespace FedPortal.Components.Reports;

/// <summary>ε over rounds as lines of a chart, one for each view.</summary>
internal static class EpsilonSeries
{
    public static IReadOnlyList<ChartSeries> Of(LedgerReport ledger) =>
        [.. PrivacyAccountant.Views.Select(view => new ChartSeries(EpsilonText.NameOf(view), ColourOf(view), [.. ledger.EpsilonByRound(view).Select(point => new ChartPoint(point.Round, point.Epsilon))]))];

    public static IReadOnlyList<ChartSeries> Of(PrivacyQuestion question) =>
        [.. question.Views.Select(view => new ChartSeries(EpsilonText.NameOf(view), ColourOf(view), [.. question.Curve(view).Index().Select(point => new ChartPoint(point.Index + 1, (point.Item as EpsilonStatement)?.Epsilon))]))];

    private static int ColourOf(PrivacyView view) => view switch
    {
        PrivacyView.PublishedSum => 9,
        PrivacyView.Colluders => 2,
        _ => 3,
    };
}
