using System.Globalization;
using FedPortal.Training.Learning;
using KnownSets = FedPortal.Encryption.SecureAggregation.Parameters.ParameterSets;

namespace FedPortal.Training.Protocol;

/// <summary>
/// What an institution allows its own site program to do, whatever the portal asks for. It lies in <c>policy.json</c> in the site's home
/// (<see cref="SitePolicyFile"/>) and only the house changes it.
/// </summary>
public sealed record SitePolicy
{
    public const int CurrentVersion = 1;

    /// <summary>In <see cref="Studies"/> and <see cref="ParameterSets"/>: whatever comes.</summary>
    public const string All = "all";

    /// <summary>For an institution whose program and data lie at the portal anyway: every study that the portal starts.</summary>
    public static SitePolicy Hosted { get; } = new() { Studies = [All], AllowPlain = true, MinimumInstitutions = 1 };

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Ids of the studies that may use this house's data, or <see cref="All"/>. Empty: none yet.</summary>
    public IReadOnlyList<string> Studies { get; init; } = [];

    /// <summary>Whether studies may add updates in the clear, so that the portal sees this house's own update.</summary>
    public bool AllowPlain { get; init; }

    /// <summary>Fewest institutions in a sum.</summary>
    public int MinimumInstitutions { get; init; } = 3;

    /// <summary>Largest ε that one study may promise and spend; null for no limit of the house's own.</summary>
    public double? EpsilonPerStudy { get; init; }

    /// <summary>Largest ε over all studies together, added up; null for no limit.</summary>
    public double? EpsilonTotal { get; init; }

    /// <summary>Names of the parameter sets that may encrypt this house's updates, or <see cref="All"/>.</summary>
    public IReadOnlyList<string> ParameterSets { get; init; } = [All];

    /// <summary>Names of the encryption modes, or <see cref="All"/>.</summary>
    public IReadOnlyList<string> EncryptionModes { get; init; } = [All];

    /// <summary>Folders that images may be imported from; empty for any that the program may read.</summary>
    public IReadOnlyList<string> DataFolders { get; init; } = [];

    /// <summary>When training and evaluation may begin, each as <c>20:00-06:00</c> in local time; empty for always. Unlocking sums is not bound to hours.</summary>
    public IReadOnlyList<string> Hours { get; init; } = [];

    /// <summary>Processor threads; 0 for all.</summary>
    public int Threads { get; init; }

    /// <summary>Whether a graphics processor may be used where there is one.</summary>
    public bool AllowGpu { get; init; } = true;

    /// <summary>
    /// Whether a model may be asked about this house's own patients for an attack or robustness test. Of an attack test only counts leave, of a robustness test
    /// labels and probabilities as of an evaluation, never a picture.
    /// </summary>
    public bool AllowAttackTests { get; init; } = true;

    /// <summary>What is wrong with the policy itself, in words; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems() => [.. AllProblems()];

    /// <summary>Why this house takes no part in a study on these terms, in words that both sides may read; empty when it does.</summary>
    /// <param name="forecast">What the release would cost; null where nothing noised is released or the cost is not known yet.</param>
    public IReadOnlyList<string> Refusals(Guid studyId, StudyTerms terms, EpsilonForecast? forecast = null) =>
        [.. StudyRefusals(studyId, terms), .. EpsilonRefusals(terms, forecast)];

    /// <summary>Like the other, for an assignment as it came in. Making a first model and unlocking a sum use no data of the house, but are bound to the study list too.</summary>
    public IReadOnlyList<string> Refusals(AssignmentMessage assignment, EpsilonForecast? forecast = null) =>
    [
        .. Refusals(assignment.Binding.StudyId, assignment.Terms, forecast),
        .. assignment.Work is SiteWork.Attack or SiteWork.Robustness && !AllowAttackTests ? ["This site's policy allows no attack tests on its patients."] : Array.Empty<string>(),
    ];

    /// <summary>Whether training may begin at this local time.</summary>
    public bool IsOpenAt(TimeOnly localTime) => Hours.Count == 0 || Hours.Any(hours => PolicyHours.TryParse(hours)?.Contain(localTime) == true);

    /// <summary>Why images of a folder may not be imported; null when they may.</summary>
    public string? FolderRefusal(string folder)
    {
        string wanted = WithSeparator(Path.GetFullPath(folder));
        return DataFolders.Count == 0 || DataFolders.Any(allowed => wanted.StartsWith(WithSeparator(Path.GetFullPath(allowed)), StringComparison.Ordinal))
            ? null
            : $"This site's policy allows data from {string.Join(", ", DataFolders)} only, but '{folder}' was given.";
    }

    private static string WithSeparator(string path) => Path.EndsInDirectorySeparator(path) ? path : path + Path.DirectorySeparatorChar;

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private IEnumerable<string> StudyRefusals(Guid studyId, StudyTerms terms)
    {
        if (!Studies.Contains(All, StringComparer.Ordinal) && !Studies.Any(study => Guid.TryParse(study, out Guid id) && id == studyId))
        {
            yield return Studies.Count == 0
                ? $"This site's policy accepts no study yet; study {studyId} is not on its list."
                : $"This site's policy accepts {Studies.Count} named studies, and {studyId} is not one of them.";
        }

        if (!terms.IsProtected && !AllowPlain)
        {
            yield return $"This site's policy does not allow updates in the clear, but the strategy is {FederatedStrategies.NameOf(terms.Strategy)}.";
        }

        int fewest = Math.Min(terms.Institutions, terms.MinimumInstitutions);
        if (fewest < MinimumInstitutions)
        {
            yield return $"This site's policy asks for sums over at least {MinimumInstitutions} institutions, but the study allows {fewest}.";
        }

        if (terms.ParameterSet is { } set && !Allows(ParameterSets, set))
        {
            yield return $"This site's policy allows the parameter sets {string.Join(", ", ParameterSets)}, but the study uses {set}.";
        }

        if (terms.EncryptionMode is { } mode && !Allows(EncryptionModes, mode))
        {
            yield return $"This site's policy allows the encryption modes {string.Join(", ", EncryptionModes)}, but the study uses {mode}.";
        }
    }

    private IEnumerable<string> EpsilonRefusals(StudyTerms terms, EpsilonForecast? forecast)
    {
        if (EpsilonPerStudy is { } perStudy)
        {
            if (terms.EpsilonCap is not { } cap || double.IsInfinity(cap))
            {
                yield return $"This site's policy asks every study to stay within ε = {Number(perStudy)}, but this study promises no ε.";
            }
            else if (cap > perStudy)
            {
                yield return $"This site's policy asks every study to stay within ε = {Number(perStudy)}, but this study may spend {Number(cap)}.";
            }

            if (forecast is { } next && !(next.Study <= perStudy))
            {
                yield return $"This release would bring the study to ε = {Number(next.Study)}, and this site's policy allows {Number(perStudy)}.";
            }
        }

        if (EpsilonTotal is { } total)
        {
            double after = forecast is null ? terms.EpsilonCap ?? double.PositiveInfinity : forecast.Study + forecast.Others;
            if (!(after <= total))
            {
                yield return $"All studies together would come to ε = {Number(after)}, and this site's policy allows {Number(total)}.";
            }
        }
    }

    private static bool Allows(IReadOnlyList<string> allowed, string name) =>
        allowed.Contains(All, StringComparer.Ordinal) || allowed.Contains(name, StringComparer.OrdinalIgnoreCase);

    private IEnumerable<string> AllProblems()
    {
        if (Version != CurrentVersion)
        {
            yield return $"version: expected {CurrentVersion} but got {Version}.";
        }

        foreach (string study in Studies.Where(study => study != All && !Guid.TryParse(study, out _)))
        {
            yield return $"studies: expected \"{All}\" or ids of studies but got \"{study}\".";
        }

        foreach (string set in ParameterSets.Where(set => set != All && KnownSets.All.All(known => known.Name != set)))
        {
            yield return $"parameterSets: expected \"{All}\" or some of {string.Join(", ", KnownSets.All.Select(known => known.Name))} but got \"{set}\".";
        }

        if (MinimumInstitutions is < 1 or > 1024)
        {
            yield return $"minimumInstitutions: expected 1 to 1024 but got {MinimumInstitutions}.";
        }

        if (EpsilonPerStudy is not (null or (>= 0 and < double.PositiveInfinity)))
        {
            yield return $"epsilonPerStudy: expected null or a finite number of at least 0 but got {EpsilonPerStudy}.";
        }

        if (EpsilonTotal is not (null or (>= 0 and < double.PositiveInfinity)))
        {
            yield return $"epsilonTotal: expected null or a finite number of at least 0 but got {EpsilonTotal}.";
        }

        foreach (string folder in DataFolders.Where(folder => !Path.IsPathFullyQualified(folder)))
        {
            yield return $"dataFolders: expected full paths but got \"{folder}\".";
        }

        foreach (string hours in Hours.Where(hours => PolicyHours.TryParse(hours) is null))
        {
            yield return $"hours: expected times such as \"20:00-06:00\" but got \"{hours}\".";
        }

        if (Threads is < 0 or > 1024)
        {
            yield return $"threads: expected 0 to 1024 but got {Threads}.";
        }
    }
}
