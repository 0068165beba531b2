using System.Globalization;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Comparison;

/// <summary>
/// Where a comparison keeps what is finished: <c>settings.json</c>, and <c>METHOD.SEED.json</c> for every finished run of a method. A comparison that was killed goes on
/// with the runs that are missing; one with other settings refuses the folder.
/// </summary>
public sealed class ComparisonWork
{
    private readonly string _folder;
    private readonly ComparisonSettings _settings;
    private readonly KeptParts _kept;

    /// <summary>Opens a folder, or begins one.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="settings">Of this comparison.</param>
    /// <param name="fingerprint">Of data and settings: equal ones give equal results.</param>
    /// <exception cref="InvalidDataException">The folder belongs to another comparison.</exception>
    public ComparisonWork(string folder, ComparisonSettings settings, string fingerprint)
    {
        _folder = folder;
        _settings = settings;
        _kept = KeptParts.Open(folder, settings, fingerprint);
    }

    public MethodResult? Finished(string method, int seed) => _kept.Find<MethodResult>(NameOf(method, seed));

    public void Keep(MethodResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        _kept.Keep(NameOf(result.Method, result.Seed), result);
    }

    public ComparisonReport Report() => TryRead(_folder) ?? new ComparisonReport(_settings, []);

    /// <summary>What a folder holds so far, while somebody else may be writing to it; null before the data were taken in.</summary>
    public static ComparisonReport? TryRead(string folder) => KeptParts.SettingsIn<ComparisonSettings>(folder) is not { } settings ? null : new ComparisonReport(settings,
    [
        .. ComparedMethods.Names.SelectMany(method => Enumerable.Range(settings.Seed, settings.Repeats)
            .Select(seed => KeptParts.FindIn<MethodResult>(folder, NameOf(method, seed)))).OfType<MethodResult>(),
    ]);

    private static string NameOf(string method, int seed) => string.Create(CultureInfo.InvariantCulture, $"{method}.{seed}");
}
