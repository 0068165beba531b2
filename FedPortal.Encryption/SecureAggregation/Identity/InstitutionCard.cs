using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Identity;

/// <summary>The public keys of an institution: what others pin at enrolment after comparing <see cref="Fingerprint"/> over another channel.</summary>
/// <remarks>
/// Bytes, version 1: "FPIC", u16 version, text name, signing key X ‖ Y (64 bytes, ECDSA P-256), agreement key X ‖ Y (64 bytes, ECDH P-256).
/// A card is bad when: magic or version differ; a length does not fit; bytes are left over; a point is not on the curve.
/// </remarks>
public sealed class InstitutionCard
{
    internal const int PointBytes = 64;

    private readonly byte[] _signingKey;
    private readonly byte[] _agreementKey;

    internal InstitutionCard(string name, byte[] signingKey, byte[] agreementKey)
    {
        Name = name;
        _signingKey = signingKey;
        _agreementKey = agreementKey;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(ToBytes()));
    }

    /// <summary>The name used in rosters.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the card's bytes, 64 hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <exception cref="FormatException">The bytes are no card.</exception>
    public static InstitutionCard Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes, "institution card");
        reader.Header("FPIC", 1);
        string name = reader.Text();
        byte[] signingKey = reader.Bytes(PointBytes).ToArray();
        byte[] agreementKey = reader.Bytes(PointBytes).ToArray();
        reader.End();
        RequireOnCurve(signingKey);
        RequireOnCurve(agreementKey);
        return new InstitutionCard(name, signingKey, agreementKey);
    }

    /// <returns>The public signing key as SubjectPublicKeyInfo: the form in which ledgers and certificates name it.</returns>
    public byte[] ExportSigningKey()
    {
        using var key = ECDsa.Create(Curve.Parameters(_signingKey));
        return key.ExportSubjectPublicKeyInfo();
    }

    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter("FPIC", 1);
        writer.Text(Name);
        writer.Bytes(_signingKey);
        writer.Bytes(_agreementKey);
        return writer.ToArray();
    }

    /// <returns>Whether this institution signed the message for this purpose.</returns>
    public bool Verify(string purpose, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create(Curve.Parameters(_signingKey));
        return key.VerifyData(Signatures.Input(purpose, message), signature, HashAlgorithmName.SHA256);
    }

    internal ECDiffieHellman AgreementKey() => ECDiffieHellman.Create(Curve.Parameters(_agreementKey));

    private static void RequireOnCurve(byte[] point)
    {
        try
        {
            using var key = ECDsa.Create(Curve.Parameters(point));
        }
        catch (CryptographicException exception)
        {
            throw new FormatException("Expected a point on P-256 in the institution card but got another.", exception);
        }
    }
}
