using System.Text.Json;

namespace FedPortal.Training.Protocol;

/// <summary>
/// A folder that keeps the finished parts of a long work as JSON documents, so that a work that was killed goes on with the parts that are missing. It belongs to
/// one set of data and settings and refuses any other.
/// </summary>
public sealed class KeptParts
{
    private const string SettingsName = "settings";
    private readonly string _folder;

    private KeptParts(string folder) => _folder = folder;

    /// <summary>Opens a folder, or begins one.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="settings">Of the work, for <see cref="SettingsIn"/>.</param>
    /// <param name="fingerprint">Hash of all that results depend on: equal ones give equal results.</param>
    /// <exception cref="InvalidDataException">The folder belongs to another work.</exception>
    public static KeptParts Open<TSettings>(string folder, TSettings settings, string fingerprint)
        where TSettings : class
    {
        string full = Directory.CreateDirectory(folder).FullName;
        if (FindIn<Opened<TSettings>>(full, SettingsName) is { } opened && opened.Fingerprint != fingerprint)
        {
            throw new InvalidDataException($"The folder {full} holds work on other data or settings ({opened.Fingerprint[..12]}, not {fingerprint[..12]}).");
        }

        var kept = new KeptParts(full);
        kept.Keep(SettingsName, new Opened<TSettings>(fingerprint, settings));
        return kept;
    }

    /// <returns>What a folder was opened with, while somebody else may be writing to it; null before it was.</returns>
    public static TSettings? SettingsIn<TSettings>(string folder)
        where TSettings : class => FindIn<Opened<TSettings>>(folder, SettingsName)?.Settings;

    /// <returns>Null when the part is not finished.</returns>
    public static TPart? FindIn<TPart>(string folder, string name)
        where TPart : class
    {
        string path = PathOf(folder, name);
        return !File.Exists(path) ? null
            : JsonSerializer.Deserialize<TPart>(File.ReadAllBytes(path), ProtocolJson.Options) ?? throw new InvalidDataException($"Expected a document in {path} but got null.");
    }

    public TPart? Find<TPart>(string name)
        where TPart : class => FindIn<TPart>(_folder, name);

    public void Keep<TPart>(string name, TPart part) => PrivateFile.Write(PathOf(_folder, name), JsonSerializer.SerializeToUtf8Bytes(part, ProtocolJson.Options));

    /// <summary>The part as it was kept, or made and kept now.</summary>
    public TPart Of<TPart>(string name, Func<TPart> make)
        where TPart : class
    {
        ArgumentNullException.ThrowIfNull(make);
        if (Find<TPart>(name) is { } kept)
        {
            return kept;
        }

        TPart made = make();
        Keep(name, made);
        return made;
    }

    private static string PathOf(string folder, string name) => Path.Combine(folder, $"{name}.json");

    private sealed record Opened<TSettings>(string Fingerprint, TSettings Settings);
}
