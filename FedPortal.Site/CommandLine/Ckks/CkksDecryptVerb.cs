using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Site.CommandLine.Verbs;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary><c>ckks decrypt</c>: the numbers of a ciphertext, printed or written one a line.</summary>
internal static class CkksDecryptVerb
{
    public static Command Create()
    {
        Option<string> parameters = CkksOptions.Parameters(), security = CkksOptions.Security();
        var secret = new Option<string>("--secret") { HelpName = "FILE", Description = "the secret key", Required = true };
        var input = new Option<string>("--in") { HelpName = "FILE", Description = "the ciphertext", Required = true };
        var outPath = new Option<string?>("--out") { HelpName = "FILE", Description = "write the numbers here, one a line, instead of printing them" };
        var count = new Option<int?>("--count") { HelpName = "N", Description = "only the first N numbers" };
        Option<bool> coefficients = CkksOptions.Coefficients(), json = CommonOptions.Json();
        var command = new Command("decrypt", "Decrypts a ciphertext.") { parameters, secret, input, outPath, count, coefficients, security, json };
        command.SetAction(parsed =>
        {
            CkksContext context = CkksFiles.Context(parsed.GetValue(parameters)!, parsed.GetValue(security)!);
            int all = parsed.GetValue(coefficients) ? context.Degree : context.SlotCount;
            int wanted = parsed.GetValue(count) ?? all;
            if (wanted < 1 || wanted > all)
            {
                throw new UsageException($"--count: expected 1 to {all} but got {wanted}.");
            }

            using SecretKey key = CkksFiles.ReadSecretKey(parsed.GetValue(secret)!, context);
            Ciphertext ciphertext = CkksFiles.Read(parsed.GetValue(input)!, "--in", bytes => SealCiphertextFile.Read(bytes, context));
            double[] values = Decode(context, CkksDecryptor.Decrypt(key, ciphertext), wanted, parsed.GetValue(coefficients));
            Report(parsed, parsed.GetValue(json), parsed.GetValue(outPath), values);
            return ExitCodes.Done;
        });
        return command;
    }

    private static double[] Decode(CkksContext context, Plaintext plaintext, int count, bool coefficients)
    {
        double[] values = new double[count];
        var encoder = new CkksEncoder(context);
        if (coefficients)
        {
            encoder.DecodeCoefficients(plaintext, values);
        }
        else
        {
            encoder.DecodeSlots(plaintext, values);
        }

        return values;
    }

    private static void Report(ParseResult parsed, bool json, string? path, double[] values)
    {
        IEnumerable<string> lines = values.Select(value => value.ToString("R", CultureInfo.InvariantCulture));
        if (path is not null)
        {
            File.WriteAllLines(path, lines);
        }

        if (json || path is not null)
        {
            var fields = new JsonObject { ["command"] = "ckks decrypt", ["count"] = values.Length };
            fields[path is null ? "values" : "file"] = path is null ? CkksOutput.Array(values) : path;
            CkksOutput.Print(parsed, json, fields);
            return;
        }

        foreach (string line in lines)
        {
            parsed.InvocationConfiguration.Output.WriteLine(line);
        }
    }
}
