using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Training.Explanation;
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
        var explain = new Option<bool>("--explain") { Description = "also calibrated probabilities, where the network looked, and whether the image is like the hold-outs" };
        var reference = new Option<string?>("--reference") { HelpName = "FILE", Description = "what evaluate --reference wrote for this model; needs --explain" };
        var overlays = new Option<string?>("--overlays") { HelpName = "DIR", Description = "write a PNG of each image with Grad-CAM over it; needs --explain" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("predict", "Prints the class probabilities of images. Research use: this is not a medical device.") { model, images, explain, reference, overlays, json };
        command.SetAction(async (parsed, ct) =>
        {
            string modelPath = CommonOptions.Existing(parsed.GetValue(model)!, "--model");
            string[] paths = [.. parsed.GetValue(images)!.Select(path => CommonOptions.Existing(path, "IMAGE"))];
            if (!parsed.GetValue(explain) && CommonOptions.FirstGiven(parsed, [reference, overlays]) is { } idle)
            {
                throw new UsageException($"{idle.Name}: it needs --explain.");
            }

            string? referencePath = parsed.GetValue(reference) is { } given ? CommonOptions.Existing(given, "--reference") : null;
            string? overlayFolder = parsed.GetValue(overlays) is { } folder ? CommonOptions.Existing(folder, "--overlays") : null;
            await using OpenedModel opened = await OpenedModel.OpenAsync(modelPath, ct);
            DecodeOutcome[] outcomes = await DecodeAsync(paths, ct);
            if (parsed.GetValue(explain))
            {
                ModelReference? known = referencePath is null ? null : ReferenceFile.Read(referencePath, opened.Card.Classes, opened.Card.Pipeline.Hash);
                ModelAnswer?[] answers = await ExplainedImages.AskAsync(opened, outcomes, ct);
                PrintExplained(parsed.GetValue(images)!, outcomes, answers, opened, known, overlayFolder, parsed.GetValue(json));
                return ExitCodeOf(outcomes);
            }

            float[][] probabilities = await PredictAsync(opened, outcomes, ct);
            Print(parsed.GetValue(images)!, outcomes, probabilities, opened, parsed.GetValue(json));
            return ExitCodeOf(outcomes);
        });
        return command;
    }

    private static int ExitCodeOf(DecodeOutcome[] outcomes) =>
        Array.TrueForAll(outcomes, outcome => outcome.Image is not null) ? ExitCodes.Done : ExitCodes.Failed;

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

    private static void PrintExplained(
        string[] names, DecodeOutcome[] outcomes, ModelAnswer?[] answers, OpenedModel opened, ModelReference? reference, string? overlays, bool json)
    {
        ModelOpinion?[] opinions = [.. answers.Select(answer => answer is null ? null : ModelOpinion.Of(answer, opened.Card.Classes, reference))];
        string?[] files = [.. answers.Select((answer, i) => answer is null || overlays is null ? null : WriteOverlay(overlays, i, answer))];
        if (json)
        {
            JsonOutput.Write(new JsonObject
            {
                ["command"] = "predict",
                ["modelRound"] = opened.File.Version,
                ["modelSynthetic"] = opened.Card.IsSynthetic,
                ["referenceCount"] = reference?.Count,
                ["temperature"] = JsonOutput.Rounded(reference?.Calibration?.Temperature),
                ["images"] = JsonOutput.Objects(names.Select((name, i) => new JsonObject
                {
                    ["file"] = name,
                    ["refused"] = outcomes[i].Refusal?.Reason,
                    ["opinion"] = opinions[i] is { } opinion ? OpinionOutput.ToJson(opinion) : null,
                    ["overlay"] = files[i],
                })),
            });
            return;
        }

        foreach ((int i, string name) in names.Index())
        {
            if (opinions[i] is not { } opinion)
            {
                Console.Error.WriteLine($"fedportal: {name}: {outcomes[i].Refusal!.Reason}");
                continue;
            }

            foreach (string line in OpinionOutput.Lines(name, opinion))
            {
                Console.WriteLine(line);
            }

            if (files[i] is { } file)
            {
                Console.WriteLine($"  Overlay: {file}");
            }
        }

        Console.WriteLine(opened.Card.IsSynthetic ? "The model was trained on synthetic images. Not a medical device." : "Not a medical device.");
    }

    // Numbered: names of files may hold what identifies a patient.
    private static string WriteOverlay(string folder, int index, ModelAnswer answer)
    {
        string path = Path.Combine(folder, $"overlay-{index + 1}.png");
        File.WriteAllBytes(path, AttentionPicture.Overlay(answer.Prepared, answer.Attention, answer.ImageSize));
        return path;
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
