using System.Globalization;
using System.Text.Json;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Comparison;

/// <summary>
/// Where a comparison keeps what is finished: <c>settings.json</c>, and <c>METHOD.SEED.json</c> for every finished run of a method. A comparison that was killed goes on
/// with the runs that are missing; one with other settings refuses the folder.
/// </summary>
public sealed class ComparisonWork
{
    private const string SettingsName = "settings.json";
    private readonly string _folder;
    private readonly ComparisonSettings _settings;

    /// <summary>Opens a folder, or begins one.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="settings">Of this comparison.</param>
    /// <param name="fingerprint">Of data and settings: equal ones give equal results.</param>
    /// <exception cref="InvalidDataException">The folder belongs to another comparison.</exception>
    public ComparisonWork(string folder, ComparisonSettings settings, string fingerprint)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _settings = settings;
        string path = Path.Combine(_folder, SettingsName);
        if (File.Exists(path))
        {
            string found = Read<Opened>(path).Fingerprint;
            if (found != fingerprint)
            {
                throw new InvalidDataException($"The folder {_folder} holds a comparison of other data or settings ({found[..12]}, not {fingerprint[..12]}).");
            }
        }

        Write(path, new Opened(fingerprint, settings));
    }

    public MethodResult? Finished(string method, int seed) => File.Exists(PathOf(_folder, method, seed)) ? Read<MethodResult>(PathOf(_folder, method, seed)) : null;

    public void Keep(MethodResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Write(PathOf(_folder, result.Method, result.Seed), result);
    }

    public ComparisonReport Report() => TryRead(_folder) ?? new ComparisonReport(_settings, []);

    /// <summary>What a folder holds so far, while somebody else may be writing to it; null before the data were taken in.</summary>
    public static ComparisonReport? TryRead(string folder)
    {
        string path = Path.Combine(folder, SettingsName);
        if (!File.Exists(path))
        {
            return null;
        }

        ComparisonSettings settings = Read<Opened>(path).Settings;
        IEnumerable<MethodResult> finished = ComparedMethods.Names.SelectMany(method => Enumerable.Range(settings.Seed, settings.Repeats)
            .Select(seed => PathOf(folder, method, seed)).Where(File.Exists).Select(Read<MethodResult>));
        return new ComparisonReport(settings, [.. finished]);
    }

    private static string PathOf(string folder, string method, int seed) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{method}.{seed}.json"));

    private static T Read<T>(string path) =>
        JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), ProtocolJson.Options) ?? throw new InvalidDataException($"Expected a document in {path} but got null.");

    private static void Write<T>(string path, T value) => PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(value, ProtocolJson.Options));

    private sealed record Opened(string Fingerprint, ComparisonSettings Settings);
}
