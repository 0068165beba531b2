using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary>Prints what a verb did: its fields as JSON, or one a line.</summary>
internal static class CkksOutput
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Print(ParseResult parsed, bool json, JsonObject fields)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (json)
        {
            output.WriteLine(fields.ToJsonString(Indented));
            return;
        }

        foreach ((string name, JsonNode? value) in fields)
        {
            output.WriteLine($"{name}: {(value is JsonArray list ? string.Join(", ", list.Select(item => item?.ToString())) : value?.ToString())}");
        }
    }

    public static JsonArray Array<T>(IEnumerable<T> values) => [.. values.Select(value => JsonValue.Create(value))];

    /// <summary>What everyone may know about the parameters.</summary>
    public static JsonObject Parameters(string command, CkksContext context) => new()
    {
        ["command"] = command,
        ["degree"] = context.Degree,
        ["slots"] = context.SlotCount,
        ["primes"] = Array(context.Parameters.CoeffModulus),
        ["primeBits"] = Array(context.Parameters.CoeffModulus.Select(FedPortal.Encryption.Arithmetic.Modulus.BitLength)),
        ["totalBits"] = context.Parameters.TotalBits,
        ["securityBits"] = (int)SecurityStandard.Of(context.Degree, context.Parameters.CoeffModulus),
    };
}
