using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>Writes one JSON document to standard output. Field names are part of the command line and do not change.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(JsonObject document) => Console.Out.WriteLine(document.ToJsonString(Options));

    /// <summary>A number that a reader can take in; null stays null.</summary>
    public static JsonNode? Rounded(double? value) => value is { } number ? JsonValue.Create(Math.Round(number, 6)) : null;

    public static JsonArray Array<T>(IEnumerable<T> values) => [.. values.Select(value => JsonValue.Create(value))];

    public static JsonArray Objects(IEnumerable<JsonObject> values) => [.. values];
}
