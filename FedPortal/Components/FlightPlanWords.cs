using System.Globalization;
using FedPortal.Components.Shared;
using FedPortal.Studies;
using FedPortal.Training.Accounting;

namespace FedPortal.Components;

/// <summary>The words for a flight plan, on the wizard's pages and where the plan is signed and compared.</summary>
internal static class FlightPlanWords
{
    private static readonly StaticTexts Texts = new(typeof(FlightPlanWords));

    public static string NameOf(string view) => view switch
    {
        nameof(PrivacyView.PublishedSum) => Texts["EpsilonOfPublishedSums"],
        nameof(PrivacyView.Colluders) => Texts["EpsilonAgainstColluders"],
        _ => Texts["EpsilonOfSingleUpdate"],
    };

    public static string AdversaryOf(string view, int colluders) => view switch
    {
        nameof(PrivacyView.PublishedSum) => Texts["AdversaryOfSums"],
        nameof(PrivacyView.Colluders) => Texts["AdversaryColluders", Words.Count(colluders, Texts["CountedColludingInstitution"])],
        _ => Texts["AdversaryOfSubmission"],
    };

    public static string MeaningOf(PlannedLoss loss) => loss.Limit switch
    {
        null => Texts["NoBound"],
        <= 1 => Texts["StrongGuarantee"],
        <= 10 => Texts["ModerateGuarantee"],
        <= PrivacyWording.MeaningfulEpsilon => Texts["WeakGuarantee"],
        _ => Texts["TooLargeToPromise"],
    };

    public static string SignalOf(PlannedError error) => error.SignalToNoise switch
    {
        null => Texts["SumWithoutNoise"],
        >= 1 and { } ratio => Texts["SumLongerThanNoise", Ratio(ratio)],
        { } ratio => Texts["SumLostInNoise", Ratio(ratio)],
    };

    public static string Epsilon(double? epsilon) => epsilon is { } value
        ? value < 1000 ? value.ToString("0.###", CultureInfo.InvariantCulture) : value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : Texts["NoBound"];

    /// <summary>A small number as people read it: 0.0012, or 3.4e-7.</summary>
    public static string Small(double value) => value == 0 ? "0" : Math.Abs(value) >= 0.001
        ? value.ToString("0.####", CultureInfo.InvariantCulture)
        : value.ToString("0.##e0", CultureInfo.InvariantCulture);

    public static string MechanismOf(string name) => name switch
    {
        MechanismNames.Skellam => Texts["MechanismSkellam"],
        MechanismNames.DiscreteGaussian => Texts["MechanismDiscreteGaussian"],
        MechanismNames.OffsetPoisson => Texts["MechanismOffsetPoisson"],
        MechanismNames.None => Texts["MechanismNone"],
        _ => name,
    };

    private static string Ratio(double value) => value >= 10 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("0.###", CultureInfo.InvariantCulture);
}
