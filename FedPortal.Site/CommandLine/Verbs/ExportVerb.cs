using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Training.Models;
using FedPortal.Training.Models.Onnx;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>export</c>: a saved model as ONNX, for other runtimes.</summary>
internal static class ExportVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var onnx = new Option<string>("--onnx") { HelpName = "FILE", Description = "where to write it", Required = true };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("export", "Writes a saved model as ONNX. Research use: this is not a medical device.") { model, onnx, json };
        command.SetAction(async (parsed, ct) =>
        {
            string modelPath = CommonOptions.Existing(parsed.GetValue(model)!, "--model");
            string path = CommonOptions.Writable(parsed.GetValue(onnx)!, "--onnx");
            await using OpenedModel opened = await OpenedModel.OpenAsync(modelPath, ct);
            var saved = new GlobalModel(opened.Layout, opened.File.Version, VectorFile.Read(opened.File.ValuesPath, opened.Layout.ValueCount));
            OnnxModelFile.Save(path, saved, opened.Card);
            Print(opened, path, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(OpenedModel opened, string path, bool json)
    {
        long bytes = new FileInfo(path).Length;
        if (json)
        {
            JsonOutput.Write(new JsonObject
            {
                ["command"] = "export",
                ["model"] = ModelNames.NameOf(opened.File.Description.Architecture),
                ["modelRound"] = opened.File.Version,
                ["onnx"] = path,
                ["bytes"] = bytes,
                ["hash"] = ContentHash.OfFile(path),
            });
            return;
        }

        Console.WriteLine($"{ModelNames.NameOf(opened.File.Description.Architecture)} of round {opened.File.Version} written to {path} ({bytes} bytes)");
    }
}
