using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Attacks;
using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary><c>attack membership</c>: the loss-threshold attack on a saved model.</summary>
internal static class MembershipVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var data = new Option<string>("--data") { HelpName = "DIR", Description = "labelled X-rays whose manifest says train or holdout; with --non-members all of them are members", Required = true };
        var others = new Option<string?>("--non-members") { HelpName = "DIR", Description = "labelled X-rays that were not trained on" };
        var options = new AttackOptions();
        var command = new Command("membership", "Tells from the loss who was trained on (any model).") { model, data, others };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => InputEnd.WatchAsync(parsed, async ct =>
        {
            string modelPath = CommonOptions.Existing(parsed.GetValue(model)!, "--model");
            string dataPath = CommonOptions.Existing(parsed.GetValue(data)!, "--data");
            string? othersPath = parsed.GetValue(others) is { } path ? CommonOptions.Existing(path, "--non-members") : null;
            PrivacyClaim claim = options.Claim(parsed);
            await using OpenedModel opened = await OpenedModel.OpenAsync(modelPath, ct);
            MembershipTrials trials = await TrialsAsync(opened, dataPath, othersPath, ct);
            MembershipReport report = MembershipStatistics.Of(trials, claim.Delta, options.SeedOf(parsed));
            Print(opened, claim, report, parsed.GetValue(options.Json));
            return ExitCodes.Done;
        }, cancellation));
        return command;
    }

    private static async Task<MembershipTrials> TrialsAsync(OpenedModel opened, string dataPath, string? othersPath, CancellationToken ct)
    {
        ImportedDataset all = await opened.ImportAsync(dataPath, ct);
        DatasetItem[] members = [.. all.Items.Where(item => othersPath is not null || item.Split == DatasetSplit.Train)];
        DatasetItem[] nonMembers = othersPath is null
            ? [.. all.Items.Where(item => item.Split == DatasetSplit.Holdout)]
            : [.. (await opened.ImportAsync(othersPath, ct)).Items];
        if (othersPath is null && (members.Length == 0 || nonMembers.Length == 0))
        {
            throw new UsageException($"--data: expected a manifest.csv with the splits train and holdout, or --non-members as well, but {members.Length} images are train and {nonMembers.Length} holdout.");
        }

        return new MembershipTrials(await ScoresAsync(opened, members, "members", ct), await ScoresAsync(opened, nonMembers, "non-members", ct));
    }

    private static async Task<double[]> ScoresAsync(OpenedModel opened, DatasetItem[] items, string who, CancellationToken ct)
    {
        Predictions predictions = await opened.PredictAsync(items, $"the {who}", ct);
        return LossScores.ByPatient(ShadowPool.ScoresOf(predictions), [.. items.Select(item => item.PatientKey)]);
    }

    private static void Print(OpenedModel opened, PrivacyClaim claim, MembershipReport report, bool json)
    {
        if (json)
        {
            JsonObject document = AttackOutput.Json("attack membership", claim, report.Epsilon, report);
            document["model"] = ModelNames.NameOf(opened.File.Description.Architecture);
            document["modelRound"] = opened.File.Version;
            document["modelSynthetic"] = opened.Card.IsSynthetic;
            JsonOutput.Write(document);
            return;
        }

        AttackOutput.Print(report);
        AttackOutput.Print(claim, report.Epsilon);
    }
}
