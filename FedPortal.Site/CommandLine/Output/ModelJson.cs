using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>What a document says of the saved model that it is about.</summary>
internal static class ModelJson
{
    public static JsonObject Head(string command, OpenedModel opened) => new()
    {
        ["command"] = command,
        ["device"] = opened.DeviceName,
        ["model"] = ModelNames.NameOf(opened.File.Description.Architecture),
        ["modelRound"] = opened.File.Version,
        ["modelSynthetic"] = opened.Card.IsSynthetic,
    };
}
