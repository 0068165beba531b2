using System.Text.Json.Nodes;
using FedPortal.Training.Datasets;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>JSON forms of what intake reports.</summary>
internal static class DataJson
{
    public static JsonObject Rejected(RejectedFile file) => new()
    {
        ["file"] = file.Name,
        ["kind"] = file.Kind.ToString(),
        ["reason"] = file.Reason,
    };
}
