using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Site.CommandLine.Verbs;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary><c>ckks add</c>: the sum of ciphertexts; no key is needed.</summary>
internal static class CkksAddVerb
{
    public static Command Create()
    {
        Option<string> parameters = CkksOptions.Parameters(), security = CkksOptions.Security(), compression = CkksOptions.Compression(), outPath = CkksOptions.Out("the sum");
        var inputs = new Argument<string[]>("CIPHERTEXT") { Description = "two or more ciphertexts of one level and one scale", Arity = new ArgumentArity(2, 100_000) };
        Option<int> minor = CkksOptions.Minor();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("add", "Adds ciphertexts.") { parameters, outPath, inputs, security, compression, minor, json };
        command.SetAction(parsed =>
        {
            SealWriteOptions options = CkksOptions.ToWriteOptions(parsed.GetValue(compression)!, parsed.GetValue(minor));
            CkksContext context = CkksFiles.Context(parsed.GetValue(parameters)!, parsed.GetValue(security)!);
            string[] paths = parsed.GetValue(inputs)!;
            Ciphertext sum = ReadOne(paths[0], context);
            foreach (string path in paths.Skip(1))
            {
                sum = AddOne(sum, path, context);
            }

            byte[] file = SealCiphertextFile.Write(sum, options);
            CkksFiles.Write(parsed.GetValue(outPath)!, file);
            CkksOutput.Print(parsed, parsed.GetValue(json), new JsonObject
            {
                ["command"] = "ckks add",
                ["file"] = parsed.GetValue(outPath),
                ["summands"] = paths.Length,
                ["bytes"] = file.Length,
            });
            return ExitCodes.Done;
        });
        return command;
    }

    private static Ciphertext ReadOne(string path, CkksContext context) => CkksFiles.Read(path, "CIPHERTEXT", bytes => SealCiphertextFile.Read(bytes, context));

    private static Ciphertext AddOne(Ciphertext sum, string path, CkksContext context)
    {
        try
        {
            return CkksEvaluator.Add(sum, ReadOne(path, context));
        }
        catch (ArgumentException refusal)
        {
            throw new CommandException($"{path}: {refusal.Message}");
        }
    }
}
