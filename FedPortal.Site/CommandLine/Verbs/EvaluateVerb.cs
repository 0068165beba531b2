using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>evaluate</c>: a saved model on labelled images.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var data = new Option<string>("--data") { HelpName = "DIR", Description = "labelled X-rays, as for simulate", Required = true };
        var split = new Option<string?>("--split") { HelpName = "train|holdout|all", Description = "which images of a manifest with splits; holdout if it has any, else all" };
        split.AcceptOnlyFromAmong("train", "holdout", "all");
        var reference = new Option<string?>("--reference") { HelpName = "FILE", Description = "also write what predict --explain holds single images against" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("evaluate", "Measures a saved model on labelled images.") { model, data, split, reference, json };
        command.SetAction(async (parsed, ct) =>
        {
            string modelPath = CommonOptions.Existing(parsed.GetValue(model)!, "--model");
            string dataPath = CommonOptions.Existing(parsed.GetValue(data)!, "--data");
            string? referencePath = parsed.GetValue(reference) is { } given ? CommonOptions.Writable(given, "--reference") : null;
            await using OpenedModel opened = await OpenedModel.OpenAsync(modelPath, ct);
            (ImportedDataset images, string used) = await ImportAsync(dataPath, parsed.GetValue(split), opened, ct);
            (Predictions predictions, InputReference? inputs) = await opened.MeasureAsync(images.Items, "the images", ct);
            var report = EvaluationReports.From(predictions);
            if (referencePath is not null)
            {
                ReferenceFile.Write(referencePath, ModelReference.Of(predictions, inputs));
            }

            Print(report, opened, images, used, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Takes in the images of one split; without a wish the hold-out, or all where there is none.</summary>
    internal static async Task<(ImportedDataset Images, string Split)> ImportAsync(string path, string? split, OpenedModel opened, CancellationToken ct)
    {
        ImportedDataset all = await opened.ImportAsync(path, ct);
        string used = split ?? (all.Items.Any(item => item.Split == DatasetSplit.Holdout) ? "holdout" : "all");
        DatasetItem[] chosen = [.. all.Items.Where(item => used == "all" || item.Split == (used == "train" ? DatasetSplit.Train : DatasetSplit.Holdout))];
        return chosen.Length > 0
            ? (new ImportedDataset(chosen, all.Rejected, all.Warnings), used)
            : throw new CommandException($"None of the {all.Items.Count} images is in the split {used}.");
    }

    private static void Print(EvaluationReport report, OpenedModel opened, ImportedDataset images, string split, bool json)
    {
        if (json)
        {
            JsonObject document = ModelJson.Head("evaluate", opened);
            document["split"] = split;
            document["evaluation"] = EvaluationJson.From(report);
            document["rejectedFiles"] = JsonOutput.Objects(images.Rejected.Select(DataJson.Rejected));
            JsonOutput.Write(document);
            return;
        }

        Console.WriteLine($"{ModelNames.NameOf(opened.File.Description.Architecture)} of round {opened.File.Version}{(opened.Card.IsSynthetic ? ", trained on synthetic images" : "")}, on {opened.DeviceName}; split: {split}");
        foreach (string line in EvaluationText.Lines(report))
        {
            Console.WriteLine(line);
        }

        foreach (RejectedFile file in images.Rejected)
        {
            Console.WriteLine($"Not used: {file.Name}: {file.Reason}");
        }
    }
}
