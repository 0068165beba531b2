using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Site.CommandLine.Verbs;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary><c>ckks params</c>: makes and writes parameters.</summary>
internal static class CkksParamsVerb
{
    public static Command Create()
    {
        var degree = new Option<int>("--degree") { HelpName = "N", Description = "1024 to 32768, a power of two", Required = true };
        var bits = new Option<string>("--bits") { HelpName = "LIST", Description = "bits of each prime, the special prime last, for example 60,49", Required = true };
        Option<string> security = CkksOptions.Security(), path = CkksOptions.Out("the parameters"), compression = CkksOptions.Compression();
        Option<int> minor = CkksOptions.Minor();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("params", "Makes encryption parameters with the primes that SEAL picks.") { degree, bits, security, path, compression, minor, json };
        command.SetAction(parsed =>
        {
            SealWriteOptions options = CkksOptions.ToWriteOptions(parsed.GetValue(compression)!, parsed.GetValue(minor));
            CkksParameters parameters = Make(parsed.GetValue(degree), Sizes(parsed.GetValue(bits)!), CkksOptions.ToSecurity(parsed.GetValue(security)!));
            CkksFiles.Write(parsed.GetValue(path)!, SealParametersFile.Write(parameters, options));
            JsonObject fields = CkksOutput.Parameters("ckks params", new CkksContext(parameters));
            fields["file"] = parsed.GetValue(path);
            CkksOutput.Print(parsed, parsed.GetValue(json), fields);
            return ExitCodes.Done;
        });
        return command;
    }

    private static CkksParameters Make(int degree, int[] bits, SecurityLevel security)
    {
        try
        {
            return CkksParameters.Create(degree, bits, security);
        }
        catch (ArgumentException refusal)
        {
            throw new UsageException(refusal.Message);
        }
    }

    private static int[] Sizes(string list) =>
        [.. list.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? size
            : throw new UsageException($"--bits: expected whole numbers separated by commas but got {list}."))];
}
