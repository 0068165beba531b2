using System.Globalization;
using FedPortal.Components.Shared;
using FedPortal.Studies;
using FedPortal.Training.Accounting;

namespace FedPortal.Components;

/// <summary>The words for a flight plan, on the wizard's pages and where the plan is signed and compared.</summary>
internal static class FlightPlanWords
{
    public static string NameOf(string view) => view switch
    {
        nameof(PrivacyView.PublishedSum) => "ε of the published sums",
        nameof(PrivacyView.Colluders) => "ε against colluding members",
        _ => "ε of a single update",
    };

    public static string AdversaryOf(string view, int colluders) => view switch
    {
        nameof(PrivacyView.PublishedSum) => "anyone who sees the published sums only",
        nameof(PrivacyView.Colluders) => $"{Words.Count(colluders, "colluding institution")} that know their own noise",
        _ => "whoever could see one institution's submission",
    };

    public static string MeaningOf(PlannedLoss loss) => loss.Limit switch
    {
        null => "no bound",
        <= 1 => "a strong guarantee",
        <= 10 => "a moderate guarantee",
        <= PrivacyWording.MeaningfulEpsilon => "a weak guarantee",
        _ => "too large to promise anything; what protects is the encryption",
    };

    public static string SignalOf(PlannedError error) => error.SignalToNoise switch
    {
        null => "The sum carries no noise.",
        >= 1 and { } ratio => $"At best the sum of updates is {Ratio(ratio)} times as long as the noise on it: training can go on.",
        { } ratio => $"Even the longest sum of updates is only {Ratio(ratio)} times as long as the noise on it: expect little learning.",
    };

    public static string Epsilon(double? epsilon) => epsilon is { } value
        ? value < 1000 ? value.ToString("0.###", CultureInfo.InvariantCulture) : value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : "no bound";

    /// <summary>A small number as people read it: 0.0012, or 3.4e-7.</summary>
    public static string Small(double value) => value == 0 ? "0" : Math.Abs(value) >= 0.001
        ? value.ToString("0.####", CultureInfo.InvariantCulture)
        : value.ToString("0.##e0", CultureInfo.InvariantCulture);

    public static string MechanismOf(string name) => name switch
    {
        MechanismNames.Skellam => "Skellam: the difference of two Poisson counts",
        MechanismNames.DiscreteGaussian => "discrete Gaussian",
        MechanismNames.OffsetPoisson => "offset Poisson (in-house proof)",
        MechanismNames.None => "none",
        _ => name,
    };

    private static string Ratio(double value) => value >= 10 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("0.###", CultureInfo.InvariantCulture);
}
