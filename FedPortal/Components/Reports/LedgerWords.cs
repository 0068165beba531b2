using System.Globalization;
using FedPortal.Components.Shared;
using FedPortal.Reports;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;

namespace FedPortal.Components.Reports;

/// <summary>Rows and budgets of a ledger in words, on pages and in print.</summary>
internal static class LedgerWords
{
    public static string Kind(LedgerRow row)
    {
        string kind = row.Kind switch
        {
            ReleaseKinds.Update => "update",
            ReleaseKinds.FailedRound => "failed round",
            ReleaseKinds.Sketch => "sketch",
            ReleaseKinds.QuantileCount => "quantile count",
            ReleaseKinds.Metric => "metric",
            ReleaseKinds.Export => "export",
            _ => row.Kind,
        };
        return row.Allowed ? kind : $"{kind}, refused: {row.FilterReason}";
    }

    public static string Budget(LedgerBudget budget)
    {
        if (!budget.HasCap)
        {
            return $"no cap: the study promises no ε ({PrivacyWording.NotMeaningful})";
        }

        string left = budget.Left is { } epsilon ? $"{EpsilonText.Brief(epsilon)} left" : PrivacyWording.Of(budget.Spent);
        string more = budget.MoreLikeTheLast switch
        {
            null => "",
            0 => ", not one more round like the last",
            LedgerBudget.MostCounted => ", more rounds like the last than anyone will run",
            { } rounds => $", {Words.Count(rounds, "more round")} like the last",
        };
        return $"cap {EpsilonText.Brief(budget.EpsilonCap)} for {EpsilonText.NameOf(budget.CapView).ToLowerInvariant()}: {left}{more}";
    }

    public static string Time(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : time;
}
