using System.Security.Cryptography;

namespace FedPortal.Training.Protocol;

/// <summary>What people compare at enrolment: one hash over every public key that the site asks the portal to trust.</summary>
public static class EnrolmentFingerprint
{
    /// <returns>SHA-256, lower-case hex, of the text "fedportal-enrolment-1", a zero byte, the connection's public key (SubjectPublicKeyInfo) and the institution's card.</returns>
    public static string Of(ReadOnlySpan<byte> connectionKey, ReadOnlySpan<byte> card) =>
        Convert.ToHexStringLower(SHA256.HashData([.. "fedportal-enrolment-1\0"u8, .. connectionKey, .. card]));

    /// <returns>The 64 digits in groups of four, for the eye and the telephone.</returns>
    public static string Grouped(string fingerprint) => string.Join(' ', fingerprint.Chunk(4).Select(group => new string(group)));
}
