using System.Text.Json;
using System.Text.Json.Serialization;

namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary>How results are written for programs: one JSON object on standard output.</summary>
internal static class CommandOutput
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public static string Json<T>(T result) => JsonSerializer.Serialize(result, Options);
}
