using System.Buffers.Text;
using System.Security.Cryptography;

namespace FedPortal.Training.Protocol;

/// <summary>
/// What an admin hands to a hospital for one enrolment. Text: <c>CODE.SECRET.PIN</c>: the institution's short code; 32 random bytes that are good
/// once; SHA-256 of the consortium's certificate, which the first connection is checked against; both in base64url.
/// </summary>
/// <param name="ShortCode">Of the institution.</param>
/// <param name="Secret">Base64url.</param>
/// <param name="Pin">SHA-256 of the authority's certificate (DER), lower-case hex.</param>
public sealed record EnrolmentToken(string ShortCode, string Secret, string Pin)
{
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256 of a certificate, as <see cref="Pin"/> holds it.</summary>
    public static string PinOf(byte[] certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate));

    /// <exception cref="FormatException">The text is no token.</exception>
    public static EnrolmentToken Parse(string text)
    {
        string[] parts = text.Trim().Split('.');
        if (parts.Length != 3)
        {
            throw new FormatException($"Expected an enrolment token of 3 parts joined by dots but got {parts.Length}.");
        }

        byte[] secret = Base64Url.DecodeFromChars(parts[1]);
        byte[] pin = Base64Url.DecodeFromChars(parts[2]);
        return parts[0].Length > 0 && secret.Length == 32 && pin.Length == 32
            ? new EnrolmentToken(parts[0], parts[1], Convert.ToHexStringLower(pin))
            : throw new FormatException($"Expected an enrolment token with 32 secret and 32 pinned bytes but got {secret.Length} and {pin.Length}.");
    }

    public override string ToString() => $"{ShortCode}.{Secret}.{Base64Url.EncodeToString(Convert.FromHexString(Pin))}";
}
