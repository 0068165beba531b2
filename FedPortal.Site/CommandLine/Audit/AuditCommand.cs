using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Signing;

namespace FedPortal.Site.CommandLine.Audit;

/// <summary><c>audit verify FILE</c>: verifies an exported audit log without the portal, and names the first bad entry.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Checks what an auditor brought home from the portal.") { Verify(), ReplayCommand.Create() };

    /// <summary>Whose signatures count; without it those of the key that the file names.</summary>
    internal static Option<string?> Key()
    {
        var option = new Option<string?>("--key") { HelpName = "BASE64", Description = "the portal's public key as known from elsewhere" };
        option.Validators.Add(result =>
        {
            using ECDsa? key = SignedText.PublicKey(result.GetValueOrDefault<string?>() ?? "");
            if (key is null)
            {
                result.AddError("--key: expected base64 of a public key on the curve P-256.");
            }
        });
        return option;
    }

    private static Command Verify()
    {
        var file = new Argument<string>("FILE") { Description = "an audit log as exported by the portal (JSON lines)" };
        Option<string?> key = Key();
        var earlier = new Option<string?>("--earlier") { HelpName = "FILE", Description = "an earlier export; notices entries changed or cut off since" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("verify", "Verifies the chain and the signed checkpoints of an audit log.") { file, key, earlier, json };
        command.SetAction(parsed =>
        {
            string? pinned = parsed.GetValue(key);
            AuditLogVerification found = AuditLogVerifier.Verify(File.ReadLines(CommonOptions.Existing(parsed.GetValue(file)!, "FILE")), pinned);
            AuditProblem? problem = found.Problem ?? DifferenceFrom(parsed.GetValue(earlier), pinned, found);
            Print(found with { Problem = problem }, pinned is not null, parsed.GetValue(json));
            return problem is null ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static AuditProblem? DifferenceFrom(string? path, string? pinned, AuditLogVerification found)
    {
        if (path is null)
        {
            return null;
        }

        AuditLogVerification before = AuditLogVerifier.Verify(File.ReadLines(CommonOptions.Existing(path, "--earlier")), pinned);
        return before.Problem is { } problem
            ? throw new CommandException($"--earlier: the earlier export does not verify: {problem}")
            : found.DifferenceFrom(before);
    }

    private static void Print(AuditLogVerification found, bool pinned, bool json)
    {
        if (json)
        {
            JsonOutput.Write(Document(found, pinned));
            return;
        }

        Console.WriteLine($"{found.Hashes.Count} entries up to {found.LastSequence}, {found.Checkpoints} checkpoints, signed up to entry {found.SignedUpTo}");
        foreach (string key in found.Keys)
        {
            Console.WriteLine($"Portal key {SignedText.Fingerprint(key)}{(pinned ? "" : " (the log's own; compare it with the portal's, or give --key)")}");
        }

        Console.WriteLine((found.Problem, found.IsComplete) switch
        {
            ({ } problem, _) => $"NOT VERIFIED. First bad entry: {problem}",
            (null, true) => "Verified: every entry, the chain and every checkpoint.",
            _ => $"Verified, but this is a selection ({found.Filter}): whether an entry is missing can only be seen in a complete export.",
        });
    }

    private static JsonObject Document(AuditLogVerification found, bool pinned) => new()
    {
        ["command"] = "audit verify",
        ["verified"] = found.Problem is null,
        ["problem"] = found.Problem is { } problem
            ? new JsonObject { ["sequence"] = problem.Sequence, ["kind"] = problem.Kind.ToString(), ["detail"] = problem.ToString() }
            : null,
        ["complete"] = found.IsComplete,
        ["filter"] = found.Filter,
        ["entries"] = found.Hashes.Count,
        ["lastSequence"] = found.LastSequence,
        ["head"] = found.Head,
        ["checkpoints"] = found.Checkpoints,
        ["signedUpTo"] = found.SignedUpTo,
        ["keyFingerprints"] = JsonOutput.Array(found.Keys.Select(SignedText.Fingerprint)),
        ["keyPinned"] = pinned,
    };
}
