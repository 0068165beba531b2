using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FedPortal.Training.Protocol;

/// <summary>
/// The policy as a file for people: JSON with comments and trailing commas allowed. It is bad when it is no JSON, has a field that no policy
/// has, or holds a value that <see cref="SitePolicy.Problems"/> names; all are <see cref="InvalidDataException"/>, and nothing is replaced by a default.
/// </summary>
public static class SitePolicyFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads the policy of a site; writes <paramref name="first"/> where there is none yet.</summary>
    public static SitePolicy LoadOrCreate(SiteHome home, SitePolicy first)
    {
        if (!File.Exists(home.PolicyFile))
        {
            Save(home, first);
        }

        return Load(home);
    }

    /// <exception cref="InvalidDataException">There is none, or it is not a valid one.</exception>
    public static SitePolicy Load(SiteHome home) => File.Exists(home.PolicyFile)
        ? Parse(File.ReadAllText(home.PolicyFile), home.PolicyFile)
        : throw new InvalidDataException($"There is no policy at {home.PolicyFile}.");

    public static SitePolicy Parse(string json, string name)
    {
        SitePolicy policy;
        try
        {
            policy = JsonSerializer.Deserialize<SitePolicy>(json, Format) ?? throw new InvalidDataException($"{name} is empty.");
        }
        catch (JsonException bad)
        {
            throw new InvalidDataException($"{name} is not a policy: {bad.Message}", bad);
        }

        return policy.Problems() is { Count: > 0 } problems ? throw new InvalidDataException($"{name}: {string.Join(" ", problems)}") : policy;
    }

    /// <summary>Writes beside the file and renames, so that a power cut leaves the old policy or the new one.</summary>
    public static void Save(SiteHome home, SitePolicy policy)
    {
        if (policy.Problems() is { Count: > 0 } problems)
        {
            throw new InvalidDataException(string.Join(" ", problems));
        }

        string part = $"{home.PolicyFile}.{Environment.ProcessId}.part";
        File.WriteAllText(part, ToJson(policy) + "\n");
        File.Move(part, home.PolicyFile, overwrite: true);
    }

    public static string ToJson(SitePolicy policy) => JsonSerializer.Serialize(policy, Format);
}
