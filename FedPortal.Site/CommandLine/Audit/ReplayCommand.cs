using System.CommandLine;
using System.IO.Compression;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Decryption;

namespace FedPortal.Site.CommandLine.Audit;

/// <summary><c>audit replay FILE</c>: adds a round's sealed ciphertexts up again and compares with what was recorded.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a round's papers as exported by the portal (zip)" };
        Option<string?> key = AuditCommand.Key();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("replay", "Adds a round's sum up again from its sealed ciphertexts.") { file, key, json };
        command.SetAction(async (parsed, ct) =>
        {
            string? pinned = parsed.GetValue(key);
            await using ZipArchive zip = await ZipFile.OpenReadAsync(CommonOptions.Existing(parsed.GetValue(file)!, "FILE"), ct);
            ReplayOutcome outcome = RoundReplay.Run(RoundEvidenceFile.Read(zip), pinned, progress: null, ct);
            Print(outcome, pinned is not null, parsed.GetValue(json));
            return outcome.Passed ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static void Print(ReplayOutcome outcome, bool pinned, bool json)
    {
        if (json)
        {
            JsonOutput.Write(new JsonObject
            {
                ["command"] = "audit replay",
                ["passed"] = outcome.Passed,
                ["keyPinned"] = pinned,
                ["steps"] = JsonOutput.Objects(outcome.Steps.Select(step => new JsonObject { ["name"] = step.Name, ["passed"] = step.Passed, ["detail"] = step.Detail })),
            });
            return;
        }

        foreach (ReplayStep step in outcome.Steps)
        {
            Console.WriteLine($"{(step.Passed ? "good" : "BAD "),-5} {step.Name}: {step.Detail}");
        }

        Console.WriteLine(outcome.Passed ? "The replay reaches what was recorded." : "NOT REPLAYED: see the step above.");
    }
}
