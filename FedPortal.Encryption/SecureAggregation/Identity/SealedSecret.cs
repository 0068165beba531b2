using System.Security.Cryptography;
using System.Text;
using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Identity;

/// <summary>
/// A short secret for one institution: ECDH P-256 from a fresh key to the pinned key of its card, HKDF-SHA-256, AES-256-GCM. It says nothing of who sent it: the
/// channel must.
/// </summary>
/// <remarks>
/// Bytes, version 1: "FPSS", u16 version, 32 bytes SHA-256 of the recipient's card, 64 bytes fresh public key, the secret encrypted, 16 bytes tag. The key is
/// HKDF(ECDH secret, salt = the card's hash, info = "FedPortal secret 1" ‖ 0 ‖ purpose ‖ 0 ‖ all bytes before the encrypted secret); the nonce is zero, as a key
/// serves one secret; the associated data are all bytes before the encrypted secret.
/// It is bad when: magic or version differ; it is too short; it is for another card; the fresh key is not on the curve; the tag does not fit.
/// </remarks>
public static class SealedSecret
{
    private const int TagBytes = 16;
    private const int HeaderBytes = 4 + 2 + 32 + InstitutionCard.PointBytes;

    /// <param name="purpose">What it is for; it opens for the same purpose only.</param>
    public static byte[] Seal(InstitutionCard recipient, string purpose, ReadOnlySpan<byte> secret)
    {
        using var fresh = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using ECDiffieHellman key = recipient.AgreementKey();
        var writer = new CanonicalWriter("FPSS", 1);
        writer.Bytes(HashOf(recipient));
        writer.Bytes(Curve.Point(fresh.ExportParameters(false)));
        byte[] header = writer.ToArray();
        byte[] body = new byte[secret.Length + TagBytes];
        using AesGcm cipher = Cipher(fresh.DeriveRawSecretAgreement(key.PublicKey), purpose, header);
        cipher.Encrypt(new byte[12], secret, body.AsSpan(0, secret.Length), body.AsSpan(secret.Length), header);
        return [.. header, .. body];
    }

    /// <exception cref="FormatException">Bad in one of the ways that the class comment lists.</exception>
    public static byte[] Open(InstitutionIdentity recipient, string purpose, ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes, "sealed secret");
        reader.Require(bytes.Length > HeaderBytes + TagBytes, $"more than {HeaderBytes + TagBytes} bytes", bytes.Length);
        reader.Header("FPSS", 1);
        reader.Require(reader.Bytes(32).SequenceEqual(HashOf(recipient.Card)), "a secret for our card", "one for another");
        ReadOnlySpan<byte> header = bytes[..HeaderBytes];
        ReadOnlySpan<byte> body = bytes[HeaderBytes..];
        byte[] secret = new byte[body.Length - TagBytes];
        try
        {
            using var fresh = ECDiffieHellman.Create(Curve.Parameters(header[^InstitutionCard.PointBytes..]));
            using AesGcm cipher = Cipher(recipient.Agree(fresh.PublicKey), purpose, header);
            cipher.Decrypt(new byte[12], body[..^TagBytes], body[^TagBytes..], secret, header);
            return secret;
        }
        catch (CryptographicException exception)
        {
            throw new FormatException("Expected a sealed secret that opens with our key but it does not.", exception);
        }
    }

    private static byte[] HashOf(InstitutionCard card) => Convert.FromHexString(card.Fingerprint);

    private static AesGcm Cipher(byte[] agreed, string purpose, ReadOnlySpan<byte> header)
    {
        Span<byte> key = stackalloc byte[32];
        ReadOnlySpan<byte> info = [.. Encoding.UTF8.GetBytes($"FedPortal secret 1\0{purpose}\0"), .. header];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, agreed, key, header.Slice(6, 32), info);
        var cipher = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(agreed);
        return cipher;
    }
}
