using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Privacy;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary><c>site ledger</c>: what studies have cost this house, from its own books.</summary>
internal static class LedgerVerb
{
    public static Command Create() => new("ledger", "Lists, verifies and exports this site's own privacy ledgers.") { List(), Verify(), Export() };

    private static Command List()
    {
        Option<string> home = SiteOptions.Home();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("list", "Lists the ledgers, one for each study, with what each has cost.") { home, json };
        command.SetAction(parsed =>
        {
            Report("site ledger list", All(SiteOptions.Open(parsed.GetValue(home)!)), parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Verify()
    {
        Argument<string?> study = StudyArgument();
        Option<string> home = SiteOptions.Home();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("verify", "Verifies every hash and signature and recomputes every ε; ends with code 1 if anything is wrong.") { study, home, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<SiteLedgerFile> ledgers = Wanted(SiteOptions.Open(parsed.GetValue(home)!), parsed.GetValue(study));
            Report("site ledger verify", ledgers, parsed.GetValue(json));
            return ledgers.All(ledger => ledger.Found.Problem is null) ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static Command Export()
    {
        var study = new Argument<string>("STUDY") { Description = "id of the study" };
        var to = new Option<string>("--to") { HelpName = "FILE", Required = true, Description = "a file that ends in .csv or .json" };
        Option<string> home = SiteOptions.Home();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("export", "Writes a ledger as CSV or JSON; 'epsilon --ledger FILE' verifies either.") { study, to, home, json };
        command.SetAction(parsed =>
        {
            SiteLedgerFile ledger = Wanted(SiteOptions.Open(parsed.GetValue(home)!), parsed.GetValue(study))[0];
            if (ledger.Found.Problem is { } problem)
            {
                // What does not verify is not exported: the export would look like evidence.
                throw new CommandException($"The ledger does not verify: {problem}");
            }

            string path = parsed.GetValue(to)!;
            string text = Path.GetExtension(path).ToUpperInvariant() switch
            {
                ".CSV" => LedgerExport.ToCsv(ledger.Lines),
                ".JSON" => LedgerExport.ToJson(ledger.Lines),
                _ => throw new UsageException($"--to: expected a file that ends in .csv or .json but got '{path}'."),
            };
            File.WriteAllText(path, text);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(new JsonObject { ["command"] = "site ledger export", ["study"] = ledger.Study, ["file"] = Path.GetFullPath(path), ["head"] = ledger.Found.Head });
            }
            else
            {
                Console.WriteLine($"Wrote {ledger.Found.Rows.Count} rows to {path}; last hash {ledger.Found.Head}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string?> StudyArgument() =>
        new("STUDY") { Description = "id of a study; without it, all", Arity = ArgumentArity.ZeroOrOne };

    private static IReadOnlyList<SiteLedgerFile> All(SiteHome home) =>
        [.. Directory.GetFiles(home.Ledgers, "*.jsonl").Order(StringComparer.Ordinal).Select(SiteLedgerFile.Read)];

    private static IReadOnlyList<SiteLedgerFile> Wanted(SiteHome home, string? study)
    {
        if (study is null)
        {
            return All(home);
        }

        Guid id = Guid.TryParse(study, out Guid parsed) ? parsed : throw new UsageException($"STUDY: expected the id of a study but got '{study}'.");
        return File.Exists(home.LedgerFile(id)) ? [SiteLedgerFile.Read(home.LedgerFile(id))] : throw new CommandException($"This site has no ledger of study {id}.");
    }

    private static void Report(string command, IReadOnlyList<SiteLedgerFile> ledgers, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(new JsonObject { ["command"] = command, ["ledgers"] = JsonOutput.Objects(ledgers.Select(Row)) });
            return;
        }

        var table = new TextTable("study", "releases", "refused", "ε (published sums)", "verified");
        foreach (SiteLedgerFile ledger in ledgers)
        {
            table.Add(
                ledger.Study, Count(ledger, allowed: true), Count(ledger, allowed: false),
                ledger.Found.Statements.TryGetValue(PrivacyView.PublishedSum, out PrivacyStatement? sum) ? PrivacyWording.Of(sum) : "–",
                ledger.Found.Problem?.ToString() ?? "yes");
        }

        Console.WriteLine(ledgers.Count == 0 ? "No ledger yet: no study has had a protected update of this site." : string.Join(Environment.NewLine, table.Lines()));
    }

    private static string Count(SiteLedgerFile ledger, bool allowed) => ledger.Found.Rows.Count(row => row.Allowed == allowed).ToString(CultureInfo.InvariantCulture);

    private static JsonObject Row(SiteLedgerFile ledger) => new()
    {
        ["study"] = ledger.Study,
        ["studyName"] = ledger.Found.Header?.Study,
        ["file"] = ledger.Path,
        ["verified"] = ledger.Found.Problem is null,
        ["problem"] = ledger.Found.Problem?.ToString(),
        ["head"] = ledger.Found.Head,
        ["releases"] = ledger.Found.Rows.Count(row => row.Allowed),
        ["refused"] = ledger.Found.Rows.Count(row => !row.Allowed),
        ["countersignatures"] = ledger.Found.Countersignatures.Count,
        ["epsilonCap"] = ledger.Found.Header is { EpsilonCap: < double.PositiveInfinity } header ? header.EpsilonCap : null,
        ["views"] = JsonOutput.Objects(ledger.Found.Statements.Select(view => new JsonObject
        {
            ["view"] = PrivacyQuestion.NameOf(view.Key),
            ["epsilon"] = PrivacyJson.Epsilon(view.Value),
            ["statement"] = PrivacyWording.Of(view.Value),
        })),
    };

    /// <param name="Study">Id of the study, from the name of the file.</param>
    private sealed record SiteLedgerFile(string Path, string Study, IReadOnlyList<string> Lines, LedgerVerification Found)
    {
        public static SiteLedgerFile Read(string path)
        {
            IReadOnlyList<string> lines = LedgerExport.ReadLines(File.ReadAllText(path));
            string name = System.IO.Path.GetFileNameWithoutExtension(path);
            return new SiteLedgerFile(path, Guid.TryParse(name, out Guid id) ? $"{id}" : name, lines, LedgerVerifier.Verify(lines));
        }
    }
}
