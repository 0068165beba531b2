using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary><c>site data list</c>: data sets in the site's own store.</summary>
internal static class DataListVerb
{
    public static Command Create()
    {
        Option<string> home = SiteOptions.Home();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("list", "Lists the data sets of this site.") { home, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<(DatasetMessage Dataset, bool IsRegistered)> all = SiteRegister.List(SiteOptions.Open(parsed.GetValue(home)!));
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(new JsonObject { ["command"] = "site data list", ["datasets"] = JsonOutput.Objects(all.Select(entry => Row(entry.Dataset, entry.IsRegistered))) });
                return ExitCodes.Done;
            }

            var table = new TextTable("id", "name", "train", "hold-out", "at the portal");
            foreach ((DatasetMessage dataset, bool isRegistered) in all)
            {
                table.Add(
                    $"{dataset.Id}", dataset.Name, dataset.Classes.Sum(c => c.Train).ToString(CultureInfo.InvariantCulture),
                    dataset.Classes.Sum(c => c.Holdout).ToString(CultureInfo.InvariantCulture), isRegistered ? "registered" : "not yet");
            }

            Console.WriteLine(all.Count == 0 ? "No data set yet: site data import DIR --name NAME." : string.Join(Environment.NewLine, table.Lines()));
            return ExitCodes.Done;
        });
        return command;
    }

    internal static JsonObject Row(DatasetMessage dataset, bool isRegistered) => new()
    {
        ["id"] = dataset.Id,
        ["name"] = dataset.Name,
        ["synthetic"] = dataset.IsSynthetic,
        ["train"] = dataset.Classes.Sum(c => c.Train),
        ["holdout"] = dataset.Classes.Sum(c => c.Holdout),
        ["contentHash"] = dataset.ContentHash,
        ["registered"] = isRegistered,
    };
}
