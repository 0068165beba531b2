using System.Security.Cryptography;
using System.Text;

namespace FedPortal.Training.Signing;

/// <summary>How both sides sign a text: ECDSA P-256 over SHA-256 of its UTF-8 bytes, 64 bytes r ‖ s as base64.</summary>
public static class SignedText
{
    private const string P256 = "1.2.840.10045.3.1.7";

    public static string Sign(string text, ECDsa key) => Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256));

    /// <returns>True when the signature is by that key; a signature that cannot be read is by nobody.</returns>
    public static bool IsSignedBy(string text, string signature, ECDsa key)
    {
        byte[] bytes = new byte[signature.Length];
        return Convert.TryFromBase64String(signature, bytes, out int length)
            && key.VerifyData(Encoding.UTF8.GetBytes(text), bytes.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    /// <returns>The public key behind base64 of a SubjectPublicKeyInfo, or null when it is none on the curve P-256.</returns>
    public static ECDsa? PublicKey(string base64)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(base64), out _);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256)
            {
                return key;
            }
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            // Falls through: the caller reports a key that is none.
        }

        key.Dispose();
        return null;
    }

    /// <returns>The public half as base64 of its SubjectPublicKeyInfo.</returns>
    public static string PublicKeyText(ECDsa key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    /// <returns>What people compare: the first half of the key's SHA-256, in hex.</returns>
    public static string Fingerprint(string base64) => $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(base64)))[..32]}";
}
