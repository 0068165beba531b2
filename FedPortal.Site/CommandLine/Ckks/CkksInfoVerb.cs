using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Site.CommandLine.Verbs;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary><c>ckks info</c>: what a file is. SEAL's files do not say; what it is follows from which reader accepts it.</summary>
internal static class CkksInfoVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("FILE") { Description = "any of SEAL's files" };
        var parameters = new Option<string?>("--params") { HelpName = "FILE", Description = "the encryption parameters it belongs to; needed for all but parameters" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("info", "Says what a file is.") { input, parameters, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(input)!;
            byte[] file = CkksFiles.Read(path, "FILE", bytes => bytes);
            SealHeader header = CkksFiles.Read(path, "FILE", bytes => SealHeader.Read(bytes));
            JsonObject fields = parsed.GetValue(parameters) is { } parametersPath
                ? InContext(path, file, CkksFiles.Context(parametersPath, "none"))
                : CkksOutput.Parameters("ckks info", new CkksContext(CkksFiles.Read(path, "FILE", bytes => SealParametersFile.Read(bytes, SecurityLevel.Unchecked))));
            fields["file"] = path;
            fields["kind"] ??= "parameters";
            fields["version"] = $"4.{header.MinorVersion}";
            fields["compression"] = header.Compression.ToString().ToLowerInvariant();
            fields["bytes"] = header.Size;
            CkksOutput.Print(parsed, parsed.GetValue(json), fields);
            return ExitCodes.Done;
        });
        return command;
    }

    private static JsonObject InContext(string path, byte[] file, CkksContext context)
    {
        // With one prime a key has the id of data; a scale of 1 tells them apart, as no useful data has it.
        var refusals = new List<string>();
        return Try("secret key", refusals, () => SecretKeyInfo(file, context))
            ?? Try("public key", refusals, () => PublicKeyInfo(file, context))
            ?? Try("plaintext", refusals, () => PlaintextInfo(file, context))
            ?? Try("ciphertext", refusals, () => CiphertextInfo(file, context))
            ?? throw new CommandException($"{path}: no kind of file fits. {string.Join(" ", refusals)}");
    }

    private static JsonObject? Try(string kind, List<string> refusals, Func<JsonObject> read)
    {
        try
        {
            return read();
        }
        catch (SealFormatException refusal)
        {
            refusals.Add($"As a {kind}: {refusal.Message}");
            return null;
        }
    }

    private static JsonObject SecretKeyInfo(byte[] file, CkksContext context)
    {
        using SecretKey key = SealSecretKeyFile.Read(file, context);
        return Describe("secret key", key.Level);
    }

    private static JsonObject PublicKeyInfo(byte[] file, CkksContext context)
    {
        SeededPublicKey? seeded = SealPublicKeyFile.ReadSeeded(file, context);
        JsonObject fields = Describe("public key", context.KeyLevel);
        fields["seeded"] = seeded is not null;
        return fields;
    }

    private static JsonObject PlaintextInfo(byte[] file, CkksContext context)
    {
        Plaintext plaintext = SealPlaintextFile.Read(file, context);
        JsonObject fields = Describe("plaintext", plaintext.Level);
        fields["scaleBits"] = Math.Log2(plaintext.Scale);
        return fields;
    }

    private static JsonObject CiphertextInfo(byte[] file, CkksContext context)
    {
        SeededCiphertext? seeded = SealCiphertextFile.ReadSeeded(file, context);
        Ciphertext ciphertext = seeded?.Expand() ?? SealCiphertextFile.Read(file, context);
        JsonObject fields = Describe("ciphertext", ciphertext.Level);
        fields["seeded"] = seeded is not null;
        fields["polynomials"] = ciphertext.Size;
        fields["scaleBits"] = Math.Log2(ciphertext.Scale);
        return fields;
    }

    private static JsonObject Describe(string kind, CkksLevel level) => new()
    {
        ["command"] = "ckks info",
        ["kind"] = kind,
        ["level"] = level.PrimeCount,
        ["id"] = level.Id.ToString(),
    };
}
