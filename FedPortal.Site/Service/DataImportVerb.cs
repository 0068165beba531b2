using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary><c>site data import</c>: images into the site's own store; the portal learns counts, quality and hashes.</summary>
internal static class DataImportVerb
{
    public static Command Create()
    {
        var data = new Argument<string>("DIR") { Description = "a folder or zip, as for simulate" };
        var name = new Option<string>("--name") { HelpName = "NAME", Required = true, Description = "what the data set is called at the portal, 1 to 100 characters, without names of people" };
        var hospital = new Option<string?>("--hospital") { HelpName = "NAME", Description = "only what the folder or its manifest says to be this hospital's" };
        Option<double?> holdout = CommonOptions.PositiveNumber("--holdout-share", "X", 0.9, "share of the images to hold out where the data set does not say (default 0.2)");
        Option<int?> seed = CommonOptions.Number("--seed", "N", 0, int.MaxValue, "of the division into training and hold-out (default 1)");
        Option<string> home = SiteOptions.Home();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("import", "Takes images into this site's store. They stay here; the portal is told counts, quality and hashes.") { data, name, hospital, holdout, seed, home, json };
        command.SetAction(async (parsed, ct) =>
        {
            string folder = CommonOptions.Existing(parsed.GetValue(data)!, "DIR");
            string title = parsed.GetValue(name)!.Trim();
            if (title.Length is 0 or > 100)
            {
                throw new UsageException($"--name: expected 1 to 100 characters but got {title.Length}.");
            }

            SiteHome site = SiteOptions.Open(parsed.GetValue(home)!);
            if (SitePolicyFile.LoadOrCreate(site, new SitePolicy()).FolderRefusal(folder) is { } refusal)
            {
                throw new CommandException(refusal);
            }

            var options = new IntakeOptions(parsed.GetValue(hospital), AllHoldout: false, parsed.GetValue(holdout) ?? 0.2, parsed.GetValue(seed) ?? 1);
            var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            IntakeResult taken = await new SiteIntake(site).RunAsync(id, folder, options, new ProgressLine(), ct);
            DatasetMessage message = MessageOf(id, title, options.Seed, taken);
            SiteRegister.Add(site, message);
            string? untold = await TryRegisterAsync(site, ct);
            Report(message, untold, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Pictures and names of files stay here.</summary>
    private static DatasetMessage MessageOf(Guid id, string name, int seed, IntakeResult taken) => new(
        id, name, taken.Dataset.IsSynthetic,
        [.. taken.Dataset.Items.GroupBy(item => item.Label).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => new DatasetClass(
            label.Key, label.Count(item => item.Split == DatasetSplit.Train), label.Count(item => item.Split == DatasetSplit.Holdout)))],
        taken.Dataset.Rejected.Count, seed, taken.Dataset.Hash, (taken.Report with { Thumbnails = [] }).ToJson(), JsonSerializer.Serialize(taken.Split, ProtocolJson.Options));

    /// <returns>Why the portal does not know of it yet; null when it does.</returns>
    private static async Task<string?> TryRegisterAsync(SiteHome site, CancellationToken cancellationToken)
    {
        if (!new SiteCredentials(site).IsEnrolled)
        {
            return "This site has not joined a portal yet.";
        }

        try
        {
            await PortalTrouble.TranslatedAsync(() => SiteRegister.SendAsync(site, _ => { }, cancellationToken));
            return null;
        }
        catch (CommandException away)
        {
            return away.Message;
        }
    }

    private static void Report(DatasetMessage dataset, string? untold, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(new JsonObject
            {
                ["command"] = "site data import",
                ["id"] = dataset.Id,
                ["name"] = dataset.Name,
                ["synthetic"] = dataset.IsSynthetic,
                ["contentHash"] = dataset.ContentHash,
                ["rejectedFiles"] = dataset.RejectedCount,
                ["classes"] = JsonOutput.Objects(dataset.Classes.Select(c => new JsonObject { ["class"] = c.Class, ["train"] = c.Train, ["holdout"] = c.Holdout })),
                ["registered"] = untold is null,
                ["notRegisteredBecause"] = untold,
            });
            return;
        }

        Console.WriteLine($"'{dataset.Name}' ({dataset.Id}): {dataset.Classes.Sum(c => c.Train)} images to train on, {dataset.Classes.Sum(c => c.Holdout)} held out, {dataset.RejectedCount} files refused");
        Console.WriteLine(untold is null ? "Registered at the portal: counts, quality and hashes; no image and no file name." : $"Not registered yet; 'site run' will. {untold}");
    }

    /// <summary>On standard error, so that standard output holds the result alone.</summary>
    private sealed class ProgressLine : IProgress<DatasetProgress>
    {
        private int _lastTenth = -1;

        public void Report(DatasetProgress value)
        {
            int tenth = value.Total == 0 ? 0 : 10 * value.Done / value.Total;
            if (Interlocked.Exchange(ref _lastTenth, tenth) != tenth)
            {
                Console.Error.WriteLine($"read {value.Done} of {value.Total} files");
            }
        }
    }
}
