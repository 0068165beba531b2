using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using FedPortal.Training.Signing;

namespace FedPortal.Site.CommandLine.Privacy;

/// <summary><c>epsilon --ledger FILE</c>: verifies a ledger or an export of it, recomputes ε from it alone, and names the first bad row.</summary>
internal static class EpsilonCommand
{
    public static Command Create()
    {
        var ledger = new Option<string>("--ledger") { HelpName = "FILE", Required = true, Description = "a ledger, or its CSV or JSON export" };
        var siteKey = new Option<string?>("--site-key") { HelpName = "BASE64", Description = "the site's public key as known from elsewhere" };
        var head = new Option<string?>("--expect-head") { HelpName = "HASH", Description = "the last hash as known from elsewhere; notices rows cut off the end" };
        var other = new Option<string?>("--compare") { HelpName = "FILE", Description = "the other side's copy; a difference is an alarm" };
        var csv = new Option<string?>("--export-csv") { HelpName = "FILE", Description = "write the ledger as CSV" };
        var jsonFile = new Option<string?>("--export-json") { HelpName = "FILE", Description = "write the ledger as JSON" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("epsilon", "Verifies a privacy ledger and recomputes its ε.") { ledger, siteKey, head, other, csv, jsonFile, json };
        command.SetAction(async (parsed, ct) =>
        {
            IReadOnlyList<string> lines = await ReadAsync(parsed.GetValue(ledger)!, "--ledger", ct);
            LedgerVerification found = LedgerVerifier.Verify(lines, parsed.GetValue(siteKey), parsed.GetValue(head));
            LedgerProblem? difference = null;
            if (parsed.GetValue(other) is { } copy)
            {
                difference = LedgerComparison.Of(found, LedgerVerifier.Verify(await ReadAsync(copy, "--compare", ct), parsed.GetValue(siteKey))).Difference;
            }

            // A ledger that does not verify is not exported: the export would look like evidence.
            if (found.Problem is null)
            {
                await ExportAsync(parsed.GetValue(csv), LedgerExport.ToCsv(lines), ct);
                await ExportAsync(parsed.GetValue(jsonFile), LedgerExport.ToJson(lines), ct);
            }

            Print(found, difference, parsed.GetValue(siteKey) is not null, parsed.GetValue(json));
            return found.Problem is null && difference is null ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(string path, string option, CancellationToken ct) =>
        LedgerExport.ReadLines(await File.ReadAllTextAsync(CommonOptions.Existing(path, option), ct));

    private static async Task ExportAsync(string? path, string text, CancellationToken ct)
    {
        if (path is not null)
        {
            await File.WriteAllTextAsync(path, text, ct);
        }
    }

    private static void Print(LedgerVerification found, LedgerProblem? difference, bool pinned, bool json)
    {
        if (json)
        {
            JsonOutput.Write(Document(found, difference, pinned));
            return;
        }

        if (found.Header is { } header)
        {
            Console.WriteLine($"Ledger {header.LedgerId} of {header.Institution}, study {header.Study}: {found.Rows.Count(row => row.Allowed)} releases, {found.Rows.Count(row => !row.Allowed)} refused, {found.Countersignatures.Count} countersignatures");
            Console.WriteLine($"Site key {Fingerprint(header)}{(pinned ? "" : " (the ledger's own; compare it with the site's, or give --site-key)")}");
            foreach (PrivacyView view in PrivacyAccountant.Views)
            {
                Console.WriteLine($"{PrivacyQuestion.NameOf(view),-10} {found.Claim(view)}");
            }
        }

        Console.WriteLine(found.Problem is { } problem
            ? $"NOT VERIFIED. First bad row: {problem}. The numbers above are for the {found.Rows.Count} rows before it."
            : "Verified: hashes, signatures, sequence, sensitivities and every ε.");
        if (difference is not null)
        {
            Console.WriteLine($"ALARM: the two copies differ at {difference}");
        }
    }

    private static JsonObject Document(LedgerVerification found, LedgerProblem? difference, bool pinned) => new()
    {
        ["command"] = "epsilon",
        ["verified"] = found.Problem is null,
        ["problem"] = Problem(found.Problem),
        ["difference"] = Problem(difference),
        ["ledger"] = found.Header?.LedgerId,
        ["institution"] = found.Header?.Institution,
        ["study"] = found.Header?.Study,
        ["siteKeyFingerprint"] = found.Header is { } header ? Fingerprint(header) : null,
        ["siteKeyPinned"] = pinned,
        ["head"] = found.Head,
        ["releases"] = found.Rows.Count(row => row.Allowed),
        ["refused"] = found.Rows.Count(row => !row.Allowed),
        ["countersignatures"] = found.Countersignatures.Count,
        ["views"] = JsonOutput.Objects(found.Header is null ? [] : PrivacyAccountant.Views.Select(view => View(found, view))),
    };

    private static JsonObject View(LedgerVerification found, PrivacyView view) => new()
    {
        ["view"] = PrivacyQuestion.NameOf(view),
        ["epsilon"] = PrivacyJson.Epsilon(found.Statements[view]),
        ["statement"] = PrivacyWording.Of(found.Statements[view]),
        ["claim"] = found.Claim(view),
    };

    private static JsonObject? Problem(LedgerProblem? problem) => problem is null
        ? null
        : new JsonObject { ["row"] = problem.Row, ["kind"] = problem.Kind.ToString(), ["detail"] = problem.ToString() };

    private static string Fingerprint(LedgerHeader header) => SignedText.Fingerprint(header.SiteKey);
}
