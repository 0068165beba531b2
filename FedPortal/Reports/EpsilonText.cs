using System.Globalization;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;

namespace FedPortal.Reports;

/// <summary>The ε columns of a ledger's row for people.</summary>
public static class EpsilonText
{
    /// <returns>As the row has it: a number, or the words for what has none.</returns>
    public static string Of(LedgerRow row, PrivacyView view) => view switch
    {
        PrivacyView.PublishedSum => row.SumEpsilon,
        PrivacyView.Colluders => row.ColludersEpsilon,
        _ => row.SingleEpsilon,
    };

    public static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double epsilon) && double.IsFinite(epsilon) ? epsilon : null;

    /// <returns>For example "3.998", "1.2e5", "infinite" or "not accounted".</returns>
    public static string Brief(string text) => Number(text) is { } epsilon ? Brief(epsilon) : text;

    public static string Brief(double epsilon) => epsilon.ToString(epsilon < 1000 ? "0.####" : "0.###e0", CultureInfo.InvariantCulture);

    /// <returns>A tile's value: the number, or the words.</returns>
    public static string Brief(PrivacyStatement statement) => statement switch
    {
        EpsilonStatement known => Brief(known.Epsilon),
        UnboundedStatement => "∞",
        UnaccountedStatement => PrivacyWording.NotAccounted,
        _ => PrivacyWording.NothingReleased,
    };

    /// <returns>What must stand beside the number; null when nothing must.</returns>
    public static string? Remark(PrivacyStatement statement) => statement switch
    {
        EpsilonStatement { Epsilon: > PrivacyWording.MeaningfulEpsilon } => PrivacyWording.NotMeaningful,
        UnboundedStatement unbounded => unbounded.Reason,
        UnaccountedStatement unaccounted => unaccounted.Reason,
        _ => null,
    };

    public static string NameOf(PrivacyView view) => view switch
    {
        PrivacyView.PublishedSum => "Published sum",
        PrivacyView.Colluders => "Colluding institutions",
        _ => "Single update",
    };
}
