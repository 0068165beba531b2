using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;
using FedPortal.Site.CommandLine.Verbs;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary><c>ckks ids</c>: the parms_id of every level.</summary>
internal static class CkksIdsVerb
{
    public static Command Create()
    {
        Option<string> parameters = CkksOptions.Parameters(), security = CkksOptions.Security();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("ids", "Prints the parms_id of every level, as SEAL programs print it.") { parameters, security, json };
        command.SetAction(parsed =>
        {
            CkksContext context = CkksFiles.Context(parsed.GetValue(parameters)!, parsed.GetValue(security)!);
            if (parsed.GetValue(json))
            {
                JsonArray levels = [.. context.Levels.Select(Describe)];
                CkksOutput.Print(parsed, json: true, new JsonObject { ["command"] = "ckks ids", ["levels"] = levels });
                return ExitCodes.Done;
            }

            foreach (CkksLevel level in context.Levels)
            {
                parsed.InvocationConfiguration.Output.WriteLine($"{level.PrimeCount} primes, {(level.IsForKeysOnly ? "keys" : "data")}: {level.Id}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static JsonObject Describe(CkksLevel level) => new()
    {
        ["primes"] = level.PrimeCount,
        ["holds"] = level.IsForKeysOnly ? "keys" : level == level.Context.KeyLevel ? "keys and data" : "data",
        ["id"] = level.Id.ToString(),
    };
}
