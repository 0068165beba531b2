using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Studies;
using FedPortal.Training.Accounting;

namespace FedPortal.Components;

/// <summary>ε in three views as lines over the rounds, with what the flight plan allows thin behind them.</summary>
internal static class SpendingSeries
{
    public static IReadOnlyList<ChartSeries> Of(IReadOnlyList<SpentPoint> spent, FlightPlan? plan)
    {
        (string Name, int Colour, PrivacyView View, Func<SpentPoint, double?> Value)[] lines =
        [
            (ChartWords.PublishedSums, 1, PrivacyView.PublishedSum, point => point.PublishedSum),
            (ChartWords.Colluders, 2, PrivacyView.Colluders, point => point.Colluders),
            (ChartWords.SingleUpdate, 3, PrivacyView.SingleUpdate, point => point.SingleUpdate),
        ];
        var series = new List<ChartSeries>();
        foreach ((string name, int colour, PrivacyView view, Func<SpentPoint, double?> value) in lines)
        {
            if (spent.Any(point => value(point) is not null))
            {
                series.Add(new ChartSeries(name, colour, [.. spent.Select(point => new ChartPoint(point.Round, value(point)))]));
            }

            if (series.Count > 0 && plan?.Privacy?.Views.FirstOrDefault(loss => loss.View == $"{view}") is { Limit: not null } planned)
            {
                series.Add(new ChartSeries(ChartWords.PlanOf(name), colour, [.. spent.Select(point => new ChartPoint(point.Round, planned.LimitByRound.ElementAtOrDefault(point.Round - 1)))], IsThin: true));
            }
        }

        return series;
    }
}
