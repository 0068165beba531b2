using System.Globalization;

namespace FedPortal.Training.Accounting;

/// <summary>The words that every page, report and command uses for a privacy claim.</summary>
public static class PrivacyWording
{
    /// <summary>Above this ε the number is printed together with <see cref="NotMeaningful"/>.</summary>
    public const double MeaningfulEpsilon = 20;

    public const string NoGuarantee = "no DP guarantee";

    public const string NoPrivacyFromNoise = "no privacy from noise";

    public const string NotMeaningful = "no meaningful formal guarantee";

    public const string NotAccounted = "not accounted";

    public const string NothingReleased = "nothing released";

    /// <summary>What a regime is, in words, wherever a result of it is shown.</summary>
    public const string FullNetworkRegime = "full network: every value of the network travels; noise under which it still learns hides details but proves nothing";

    public const string PrivateHeadRegime = "private head: frozen backbone, public projection, one small head; patients are drawn, clipped and hidden one by one";

    public const string PrivateTrainingRegime = "DP-SGD: every value of the network is trained with patients drawn and clipped one by one, and full noise at each institution";

    /// <returns>For example <c>ε = 3.998 (δ = 1e-05)</c>, or the words for a missing or meaningless bound.</returns>
    public static string Of(PrivacyStatement statement) => statement switch
    {
        EpsilonStatement { Epsilon: > MeaningfulEpsilon } known => $"ε = {Number(known.Epsilon)} ({NotMeaningful})",
        EpsilonStatement known => $"ε = {Number(known.Epsilon)}",
        UnboundedStatement unbounded => $"ε = ∞ ({unbounded.Reason})",
        UnaccountedStatement unaccounted => $"{NotAccounted} ({unaccounted.Reason})",
        _ => NothingReleased,
    };

    /// <returns>The whole claim: ε = …, δ = …, unit = …, adjacency = …, adversary = …, tuning runs counted: yes/no.</returns>
    public static string Claim(PrivacyStatement statement, PrivacyScope scope, string adversary) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Of(statement)}, δ = {scope.Delta:R}, unit = {scope.Unit}, adjacency = {scope.Adjacency}, adversary = {adversary}, "
        + $"tuning runs counted: {(scope.TuningRunsCounted ? "yes" : "no")}");

    /// <returns>The adversary of a view, in words.</returns>
    public static string Adversary(PrivacyView view, int colluders) => view switch
    {
        PrivacyView.PublishedSum => "anyone who sees the published sums only",
        PrivacyView.Colluders => string.Create(CultureInfo.InvariantCulture, $"{colluders} colluding institutions that know their own noise"),
        _ => "whoever can see a single institution's update",
    };

    private static string Number(double value) => value.ToString(value < 1000 ? "0.####" : "0.###e0", CultureInfo.InvariantCulture);
}

/// <summary>What a claim is about.</summary>
/// <param name="Delta">δ.</param>
/// <param name="Unit">"institution" or "patient".</param>
/// <param name="Adjacency">"zero-out" (the unit stays, its vector becomes 0) or "add/remove".</param>
/// <param name="TuningRunsCounted">True when the runs that chose the settings are in the sum.</param>
public sealed record PrivacyScope(double Delta, string Unit, string Adjacency, bool TuningRunsCounted)
{
    /// <summary>What releases with such a sampling rate are accounted for: a drawn unit may be there or not, an undrawn one always takes part.</summary>
    /// <param name="samplingRate">Above 0, at most 1.</param>
    public static string AdjacencyOf(double samplingRate) => samplingRate < 1 ? "add/remove" : "zero-out";
}
