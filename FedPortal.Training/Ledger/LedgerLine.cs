using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FedPortal.Training.Signing;

namespace FedPortal.Training.Ledger;

/// <summary>
/// The file format, version 1: UTF-8 text, one JSON object a line, every line ended by one line feed.
/// <list type="bullet">
/// <item>Line 1: <c>{"header":{…},"hash":"…","signature":"…"}</c>.</item>
/// <item>A release: <c>{"row":{…},"hash":"…","signature":"…"}</c>, sequence 1, 2, 3, …</item>
/// <item>The other side's signature on a row: <c>{"countersignature":{"sequence":n,"rowHash":"…","signer":"…","key":"…"},"hash":"…","signature":"…"}</c>,
/// anywhere after the row; not part of the chain.</item>
/// </list>
/// The hash is SHA-256, lower-case hex, of the bytes of the inner object exactly as written: properties in the order of the classes, no white
/// space, numbers as the shortest text that reads back to the same double, everything outside ASCII escaped. A row holds the hash of the line
/// before it, the first row the header's. The signature is ECDSA P-256 over SHA-256 of the text <c>fedportal-ledger-1\n{kind}\n{hash}</c>,
/// 64 bytes r ‖ s as base64. Bad: a line that is no such object, or that is not written in exactly this way; see <see cref="LedgerProblemKind"/>.
/// </summary>
public sealed record LedgerLine
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    [JsonPropertyOrder(0)]
    public LedgerHeader? Header { get; init; }

    [JsonPropertyOrder(1)]
    public LedgerRow? Row { get; init; }

    [JsonPropertyOrder(2)]
    public LedgerCountersignature? Countersignature { get; init; }

    [JsonPropertyOrder(3)]
    public required string Hash { get; init; }

    [JsonPropertyOrder(4)]
    public required string Signature { get; init; }

    [JsonIgnore]
    public string Kind => Header is not null ? "header" : Row is not null ? "row" : "countersignature";

    public static LedgerLine Sign(LedgerHeader header, ECDsa key) => Sign(new LedgerLine { Header = header, Hash = "", Signature = "" }, key);

    public static LedgerLine Sign(LedgerRow row, ECDsa key) => Sign(new LedgerLine { Row = row, Hash = "", Signature = "" }, key);

    public static LedgerLine Sign(LedgerCountersignature countersignature, ECDsa key) =>
        Sign(new LedgerLine { Countersignature = countersignature, Hash = "", Signature = "" }, key);

    /// <exception cref="JsonException">The text is not a line of a ledger.</exception>
    public static LedgerLine Parse(string text)
    {
        LedgerLine line = JsonSerializer.Deserialize<LedgerLine>(text, Format) ?? throw new JsonException("The line is null.");
        int bodies = (line.Header is null ? 0 : 1) + (line.Row is null ? 0 : 1) + (line.Countersignature is null ? 0 : 1);
        return bodies == 1 ? line : throw new JsonException($"Expected one of header, row and countersignature but got {bodies} of them.");
    }

    /// <summary>The one way to write this line, without its line feed.</summary>
    public string ToText() => JsonSerializer.Serialize(this, Format);

    /// <returns>The hash that belongs to the contents.</returns>
    public string ComputeHash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Body, Format)));

    /// <summary>As <see cref="ComputeHash()"/>, from the line as it was read, without writing the contents again.</summary>
    /// <param name="canonical">What <see cref="ToText"/> gives; the caller has compared it.</param>
    internal string ComputeHash(string canonical)
    {
        int from = $"{{\"{Kind}\":".Length;
        int until = canonical.Length - $",\"hash\":{JsonSerializer.Serialize(Hash, Format)},\"signature\":{JsonSerializer.Serialize(Signature, Format)}}}".Length;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical[from..until])));
    }

    /// <returns>True when the signature is by that key.</returns>
    public bool IsSignedBy(ECDsa key) => SignedText.IsSignedBy(TextToSign(Kind, Hash), Signature, key);

    /// <returns>The public key behind the text, or null when it is none on the curve P-256.</returns>
    public static ECDsa? PublicKey(string base64) => SignedText.PublicKey(base64);

    /// <returns>A moment as headers and rows hold it, to the millisecond.</returns>
    public static string TimeText(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <returns>The public half as a header holds it.</returns>
    public static string PublicKeyText(ECDsa key) => SignedText.PublicKeyText(key);

    private object Body => (object?)Header ?? (object?)Row ?? Countersignature!;

    private static LedgerLine Sign(LedgerLine unsigned, ECDsa key)
    {
        string hash = unsigned.ComputeHash();
        return unsigned with { Hash = hash, Signature = SignedText.Sign(TextToSign(unsigned.Kind, hash), key) };
    }

    private static string TextToSign(string kind, string hash) => $"fedportal-ledger-1\n{kind}\n{hash}";
}

/// <summary>The other side's word that it saw a row.</summary>
public sealed record LedgerCountersignature
{
    public required int Sequence { get; init; }

    public required string RowHash { get; init; }

    /// <summary>Who signs, for example the portal's name.</summary>
    public required string Signer { get; init; }

    /// <summary>The signer's public key, as <see cref="LedgerHeader.SiteKey"/>.</summary>
    public required string Key { get; init; }
}
