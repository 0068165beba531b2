using System.Buffers.Text;
using System.Security.Cryptography;
using FedPortal.Training.Protocol;

namespace FedPortal.Identity;

/// <summary>A secret of 256 bits that is handed out once; the database keeps its hash only.</summary>
internal static class SecretToken
{
    private const int Bytes = 32;

    /// <returns>43 characters of base64url.</returns>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <returns>SHA-256 as 64 lower-case hexadecimal digits. Unsalted: 256 random bits cannot be guessed.</returns>
    public static string HashOf(string token) => ContentHash.OfText(token);
}
