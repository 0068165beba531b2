using System.Text.Json;
using System.Text.Json.Serialization;

namespace FedPortal.Training.Protocol;

/// <summary>How site and portal write JSON: camelCase names, enums as words, NaN and infinity refused.</summary>
public static class ProtocolJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
