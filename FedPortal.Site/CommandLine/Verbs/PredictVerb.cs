using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Training.Imaging;
using FedPortal.Training.Native;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>predict</c>: class probabilities of single images.</summary>
internal static class PredictVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var images = new Argument<string[]>("IMAGE") { Description = "PNG, JPEG, TIFF or DICOM files", Arity = ArgumentArity.OneOrMore };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("predict", "Prints the class probabilities of images. Research use: this is not a medical device.") { model, images, json };
        command.SetAction(async (parsed, ct) =>
        {
            string modelPath = CommonOptions.Existing(parsed.GetValue(model)!, "--model");
            string[] paths = [.. parsed.GetValue(images)!.Select(path => CommonOptions.Existing(path, "IMAGE"))];
            await using OpenedModel opened = await OpenedModel.OpenAsync(modelPath, ct);
            DecodeOutcome[] outcomes = await DecodeAsync(paths, ct);
            float[][] probabilities = await PredictAsync(opened, outcomes, ct);
            Print(parsed.GetValue(images)!, outcomes, probabilities, opened, parsed.GetValue(json));
            return Array.TrueForAll(outcomes, outcome => outcome.Image is not null) ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static async Task<DecodeOutcome[]> DecodeAsync(string[] paths, CancellationToken ct)
    {
        await using var decoder = new XrayDecoder();
        return await Task.WhenAll(paths.Select(path => decoder.DecodeAsync(path, ct)));
    }

    /// <summary>Rows in the order of the outcomes; empty where there is no image.</summary>
    private static async Task<float[][]> PredictAsync(OpenedModel opened, DecodeOutcome[] outcomes, CancellationToken ct)
    {
        float[][] pixels = [.. outcomes.Select(outcome => outcome.Image is null ? [] : opened.Card.Pipeline.Prepare(outcome.Image))];
        int count = pixels.Count(image => image.Length > 0);
        float[] probabilities = [];
        if (count > 0)
        {
            string path = opened.TemporaryFile("pixels");
            VectorFile.Write(path, pixels.SelectMany(image => image).ToArray());
            var request = new PredictPixelsRequest(opened.File, path, count, opened.Card.Pipeline.Size, new ComputeOptions());
            probabilities = (await opened.Engine.AskAsync<PixelsPredictedReply>(request, "predicting", null, ct)).Probabilities;
        }

        var rows = new Queue<float[]>(probabilities.Chunk(opened.Card.Classes.Count));
        return [.. pixels.Select(image => image.Length > 0 ? rows.Dequeue() : [])];
    }

    private static void Print(string[] names, DecodeOutcome[] outcomes, float[][] probabilities, OpenedModel opened, bool json)
    {
        IReadOnlyList<string> classes = opened.Card.Classes;
        if (json)
        {
            JsonOutput.Write(new JsonObject
            {
                ["command"] = "predict",
                ["device"] = opened.DeviceName,
                ["modelRound"] = opened.File.Version,
                ["modelSynthetic"] = opened.Card.IsSynthetic,
                ["classes"] = JsonOutput.Array(classes),
                ["images"] = JsonOutput.Objects(names.Select((name, i) => ToJson(name, outcomes[i], probabilities[i], classes))),
            });
            return;
        }

        var table = new TextTable(["image", "prediction", .. classes]);
        foreach ((int i, string name) in names.Index())
        {
            if (outcomes[i].Refusal is { } refusal)
            {
                Console.Error.WriteLine($"fedportal: {name}: {refusal.Reason}");
            }
            else
            {
                table.Add([name, classes[Largest(probabilities[i])], .. probabilities[i].Select(p => p.ToString("0.000", CultureInfo.InvariantCulture))]);
            }
        }

        Console.WriteLine(string.Join(Environment.NewLine, table.Lines()));
        if (opened.Card.IsSynthetic)
        {
            Console.WriteLine("The model was trained on synthetic images.");
        }
    }

    private static JsonObject ToJson(string name, DecodeOutcome outcome, float[] probabilities, IReadOnlyList<string> classes)
    {
        JsonObject? byClass = probabilities.Length == 0 ? null : [];
        for (int c = 0; c < probabilities.Length; c++)
        {
            byClass![classes[c]] = JsonOutput.Rounded(probabilities[c]);
        }

        return new JsonObject
        {
            ["file"] = name,
            ["prediction"] = probabilities.Length == 0 ? null : classes[Largest(probabilities)],
            ["probabilities"] = byClass,
            ["refused"] = outcome.Refusal?.Reason,
        };
    }

    private static int Largest(float[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());
}
