using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using FedPortal.Training.Signing;

namespace FedPortal.Training.AuditLog;

/// <summary>
/// The exported audit log, version 1: UTF-8 text, one JSON object a line, every line ended by one line feed.
/// <list type="bullet">
/// <item>Line 1: <c>{"log":{…},"hash":"…"}</c>: whether this is the whole log or a selection.</item>
/// <item>What happened: <c>{"entry":{…},"hash":"…"}</c>, sequence 1, 2, 3, … An entry holds the hash of the entry before it, the first one 64 zeros.</item>
/// <item>A checkpoint: <c>{"checkpoint":{…},"hash":"…","signature":"…"}</c>, right after the entry that it signs.</item>
/// </list>
/// The hash is SHA-256, lower-case hex, of the bytes of the inner object exactly as written: properties in the order of the classes, no white
/// space, everything outside ASCII escaped, absent values left out. The signature is ECDSA P-256 over SHA-256 of the text
/// <c>fedportal-audit-1\ncheckpoint\n{hash}</c>. Bad: a line that is no such object, or that is not written in exactly this way; see <see cref="AuditProblemKind"/>.
/// </summary>
public sealed record AuditLine
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    [JsonPropertyOrder(0)]
    public LogRecord? Log { get; init; }

    [JsonPropertyOrder(1)]
    public EntryRecord? Entry { get; init; }

    [JsonPropertyOrder(2)]
    public CheckpointRecord? Checkpoint { get; init; }

    [JsonPropertyOrder(3)]
    public required string Hash { get; init; }

    [JsonPropertyOrder(4)]
    public string? Signature { get; init; }

    public static AuditLine Of(LogRecord log) => Hashed(new AuditLine { Log = log, Hash = "" });

    public static AuditLine Of(EntryRecord entry) => Hashed(new AuditLine { Entry = entry, Hash = "" });

    public static AuditLine Sign(CheckpointRecord checkpoint, ECDsa key)
    {
        AuditLine hashed = Hashed(new AuditLine { Checkpoint = checkpoint, Hash = "" });
        return hashed with { Signature = SignedText.Sign(TextToSign(hashed.Hash), key) };
    }

    /// <exception cref="JsonException">The text is not a line of an audit log.</exception>
    public static AuditLine Parse(string text)
    {
        AuditLine line = JsonSerializer.Deserialize<AuditLine>(text, Format) ?? throw new JsonException("The line is null.");
        int bodies = new object?[] { line.Log, line.Entry, line.Checkpoint }.Count(body => body is not null);
        return bodies == 1 ? line : throw new JsonException($"Expected one of log, entry and checkpoint but got {bodies} of them.");
    }

    /// <summary>The one way to write this line, without its line feed.</summary>
    public string ToText() => JsonSerializer.Serialize(this, Format);

    /// <returns>The hash that belongs to the contents.</returns>
    public string ComputeHash() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes((object?)Log ?? (object?)Entry ?? Checkpoint!, Format)));

    /// <returns>True when the signature is by that key.</returns>
    public bool IsSignedBy(ECDsa key) => Signature is not null && SignedText.IsSignedBy(TextToSign(Hash), Signature, key);

    /// <summary>Times in the log: RFC 3339, UTC, always seven digits after the point.</summary>
    public static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static AuditLine Hashed(AuditLine line) => line with { Hash = line.ComputeHash() };

    private static string TextToSign(string hash) => $"fedportal-audit-1\ncheckpoint\n{hash}";
}

/// <summary>What an exported file holds.</summary>
public sealed record LogRecord
{
    public const int CurrentVersion = 1;

    public int FormatVersion { get; init; } = CurrentVersion;

    /// <summary>False: only entries that match <see cref="Filter"/>, so nobody can see from this file whether one is missing.</summary>
    public required bool Complete { get; init; }

    /// <summary>In words, for a selection.</summary>
    public string? Filter { get; init; }

    public required string ExportedAt { get; init; }
}

/// <summary>One thing that happened.</summary>
public sealed record EntryRecord
{
    /// <summary>What the first entry has in place of the hash of an entry before it.</summary>
    public static string NoHash { get; } = new('0', 64);

    public required long Sequence { get; init; }

    public required string PreviousHash { get; init; }

    public required string At { get; init; }

    public required string Actor { get; init; }

    public required string Subject { get; init; }

    public Guid? SubjectId { get; init; }

    public required string Action { get; init; }
}

/// <summary>The portal's signature on the log up to an entry.</summary>
public sealed record CheckpointRecord
{
    public required long Sequence { get; init; }

    public required string EntryHash { get; init; }

    public required string At { get; init; }

    /// <summary>The portal's public key, base64 of its SubjectPublicKeyInfo.</summary>
    public required string Key { get; init; }
}
