using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Site.CommandLine.Verbs;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary><c>ckks encrypt</c>: numbers of a text file into a ciphertext, with the public or the secret key.</summary>
internal static class CkksEncryptVerb
{
    public static Command Create()
    {
        Option<string> parameters = CkksOptions.Parameters(), security = CkksOptions.Security(), compression = CkksOptions.Compression();
        var publicPath = new Option<string?>("--public") { HelpName = "FILE", Description = "encrypt with this public key" };
        var secret = new Option<string?>("--secret") { HelpName = "FILE", Description = "encrypt with this secret key" };
        var valuesPath = new Option<string>("--values") { HelpName = "FILE", Description = "numbers, one a line: at most N/2, or N with --coefficients", Required = true };
        var scaleBits = new Option<int>("--scale-bits") { HelpName = "B", Description = "encode at scale 2^B (default 40)", DefaultValueFactory = _ => 40 };
        var seeded = new Option<bool>("--seeded") { Description = "with --secret: write a seed for c1, half the bytes" };
        Option<bool> coefficients = CkksOptions.Coefficients(), json = CommonOptions.Json();
        Option<string> outPath = CkksOptions.Out("the ciphertext");
        Option<int> minor = CkksOptions.Minor();
        var command = new Command("encrypt", "Encrypts numbers.")
        {
            parameters, publicPath, secret, valuesPath, scaleBits, seeded, coefficients, outPath, security, compression, minor, json,
        };
        command.SetAction(parsed =>
        {
            SealWriteOptions options = CkksOptions.ToWriteOptions(parsed.GetValue(compression)!, parsed.GetValue(minor));
            string? publicKeyPath = parsed.GetValue(publicPath), secretKeyPath = parsed.GetValue(secret);
            RequireOneKey(publicKeyPath, secretKeyPath, parsed.GetValue(seeded));
            CkksContext context = CkksFiles.Context(parsed.GetValue(parameters)!, parsed.GetValue(security)!);
            double[] values = CkksFiles.Values(parsed.GetValue(valuesPath)!, "--values");
            Plaintext plaintext = Encode(context, values, parsed.GetValue(scaleBits), parsed.GetValue(coefficients));
            byte[] file = publicKeyPath is not null
                ? EncryptPublic(context, publicKeyPath, plaintext, options)
                : EncryptSecret(context, secretKeyPath!, plaintext, parsed.GetValue(seeded), options);
            CkksFiles.Write(parsed.GetValue(outPath)!, file);
            CkksOutput.Print(parsed, parsed.GetValue(json), new JsonObject
            {
                ["command"] = "ckks encrypt",
                ["file"] = parsed.GetValue(outPath),
                ["values"] = values.Length,
                ["scaleBits"] = parsed.GetValue(scaleBits),
                ["packing"] = parsed.GetValue(coefficients) ? "coefficients" : "slots",
                ["seeded"] = parsed.GetValue(seeded),
                ["bytes"] = file.Length,
            });
            return ExitCodes.Done;
        });
        return command;
    }

    private static void RequireOneKey(string? publicKey, string? secretKey, bool seeded)
    {
        if (publicKey is null == secretKey is null)
        {
            throw new UsageException("Expected either --public or --secret.");
        }

        if (seeded && secretKey is null)
        {
            throw new UsageException("--seeded needs --secret: with a public key both polynomials carry the mask.");
        }
    }

    private static Plaintext Encode(CkksContext context, double[] values, int scaleBits, bool coefficients)
    {
        var encoder = new CkksEncoder(context);
        double scale = Math.ScaleB(1, scaleBits);
        try
        {
            return coefficients ? encoder.EncodeCoefficients(values, scale) : encoder.EncodeSlots(values, scale);
        }
        catch (ArgumentException refusal)
        {
            throw new UsageException(refusal.Message);
        }
    }

    private static byte[] EncryptPublic(CkksContext context, string path, Plaintext plaintext, SealWriteOptions options)
    {
        using var encryptor = new PublicKeyEncryptor(CkksFiles.Read(path, "--public", bytes => SealPublicKeyFile.Read(bytes, context)));
        return SealCiphertextFile.Write(encryptor.Encrypt(plaintext), options);
    }

    private static byte[] EncryptSecret(CkksContext context, string path, Plaintext plaintext, bool seeded, SealWriteOptions options)
    {
        using SecretKey key = CkksFiles.ReadSecretKey(path, context);
        using var encryptor = new SymmetricEncryptor(key);
        return seeded ? SealCiphertextFile.Write(encryptor.EncryptSeeded(plaintext), options) : SealCiphertextFile.Write(encryptor.Encrypt(plaintext), options);
    }
}
