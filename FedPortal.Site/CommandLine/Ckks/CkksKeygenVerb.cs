using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Site.CommandLine.Verbs;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary><c>ckks keygen</c>: a secret key and its public key.</summary>
internal static class CkksKeygenVerb
{
    public static Command Create()
    {
        Option<string> parameters = CkksOptions.Parameters(), security = CkksOptions.Security(), compression = CkksOptions.Compression();
        var secret = new Option<string>("--secret") { HelpName = "FILE", Description = "where to write the secret key; must not exist", Required = true };
        var publicPath = new Option<string>("--public") { HelpName = "FILE", Description = "where to write the public key", Required = true };
        var seeded = new Option<bool>("--seeded") { Description = "write the public key with a seed: half the bytes" };
        Option<int> minor = CkksOptions.Minor();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("keygen", "Makes a secret key and its public key.") { parameters, secret, publicPath, seeded, security, compression, minor, json };
        command.SetAction(parsed =>
        {
            SealWriteOptions options = CkksOptions.ToWriteOptions(parsed.GetValue(compression)!, parsed.GetValue(minor));
            CkksContext context = CkksFiles.Context(parsed.GetValue(parameters)!, parsed.GetValue(security)!);
            using SecretKey key = SecretKey.Generate(context);
            byte[] secretFile = SealSecretKeyFile.Write(key, options);
            CkksFiles.WriteSecret(parsed.GetValue(secret)!, "--secret", secretFile);
            CryptographicOperations.ZeroMemory(secretFile);
            SeededPublicKey publicKey = SeededPublicKey.Generate(key);
            byte[] publicFile = parsed.GetValue(seeded) ? SealPublicKeyFile.Write(publicKey, options) : SealPublicKeyFile.Write(publicKey.Expand(), options);
            CkksFiles.Write(parsed.GetValue(publicPath)!, publicFile);
            CkksOutput.Print(parsed, parsed.GetValue(json), new JsonObject
            {
                ["command"] = "ckks keygen",
                ["secret"] = parsed.GetValue(secret),
                ["public"] = parsed.GetValue(publicPath),
                ["seeded"] = parsed.GetValue(seeded),
                ["publicBytes"] = publicFile.Length,
            });
            return ExitCodes.Done;
        });
        return command;
    }
}
