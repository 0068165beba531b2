using System.Security.Cryptography;
using System.Text;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>
/// A share on its way from one institution to one helper, through the portal, which cannot read it: ECDH P-256 from a fresh key to the
/// recipient's pinned key, HKDF-SHA-256, AES-256-GCM, signed by the sender.
/// </summary>
/// <remarks>
/// Bytes, version 1: "FPSE", u16 version, 32 bytes hash of the round description (which fixes study, round, attempt and roster), u16 sender,
/// u16 recipient (places in the roster), 64 bytes fresh public key, the share encrypted (17 bits a coefficient), 16 bytes tag; then 64 bytes
/// signature of the sender. The key is HKDF(ECDH secret, salt = description hash, info = "FedPortal share 1" ‖ all bytes before the encrypted
/// share); the nonce is zero, as a key serves one envelope; the associated data are the same bytes as in info.
/// An envelope is bad when: magic or version differ; its length does not fit the set; it belongs to another round; a place is not in the
/// roster or the recipient is no helper; the signature is not the sender's; the fresh key is not on the curve; the tag does not fit; an element
/// of the share is not below 65537.
/// </remarks>
public sealed class ShareEnvelope
{
    private const int TagBytes = 16;
    private const int HeaderBytes = 4 + 2 + 32 + 2 + 2 + InstitutionCard.PointBytes;

    private readonly byte[] _bytes;

    private ShareEnvelope(byte[] bytes, int sender, int recipient)
    {
        _bytes = bytes;
        Sender = sender;
        Recipient = recipient;
    }

    /// <summary>The sender's place in the roster.</summary>
    public int Sender { get; }

    /// <summary>The helper's place in the roster.</summary>
    public int Recipient { get; }

    public ReadOnlyMemory<byte> ToBytes() => _bytes;

    /// <summary>Checks everything that can be checked without the recipient's key.</summary>
    /// <exception cref="FormatException">Bad in one of the ways that the class comment lists.</exception>
    public static ShareEnvelope Open(ReadOnlySpan<byte> bytes, SignedRound round)
    {
        RoundDescription description = round.Description;
        int expected = HeaderBytes + SecretShare.ByteCount(description.Set.Degree) + TagBytes + Signatures.Bytes;
        var reader = new CanonicalReader(bytes, "share envelope");
        reader.Require(bytes.Length == expected, $"{expected} bytes", bytes.Length);
        reader.Header("FPSE", 1);
        reader.Require(reader.Bytes(32).SequenceEqual(round.Hash.Span), "this round's description", "another");
        int sender = reader.U16();
        int recipient = reader.U16();
        int members = description.Members.Count;
        reader.Require(sender < members && recipient < members && description.Members[recipient].IsHelper,
            $"a sender and a helper among {members} members", $"{sender} and {recipient}");
        SignedMessage.Verify(round.Cards[sender], Signatures.Envelope, bytes);
        return new ShareEnvelope(bytes.ToArray(), sender, recipient);
    }

    internal static ShareEnvelope Seal(SignedRound round, InstitutionIdentity sender, int recipient, SecretShare share)
    {
        using var fresh = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using ECDiffieHellman recipientKey = round.Cards[recipient].AgreementKey();
        int place = round.PlaceOf(sender.Card);
        var writer = new CanonicalWriter("FPSE", 1);
        writer.Bytes(round.Hash.Span);
        writer.U16(place);
        writer.U16(recipient);
        writer.Bytes(Curve.Point(fresh.ExportParameters(false)));
        byte[] header = writer.ToArray();

        byte[] plain = GC.AllocateArray<byte>(SecretShare.ByteCount(round.Description.Set.Degree), pinned: true);
        byte[] body = new byte[plain.Length + TagBytes];
        share.Write(plain);
        using (AesGcm cipher = Cipher(fresh.DeriveRawSecretAgreement(recipientKey.PublicKey), round, header))
        {
            cipher.Encrypt(new byte[12], plain, body.AsSpan(0, plain.Length), body.AsSpan(plain.Length), header);
        }

        CryptographicOperations.ZeroMemory(plain);
        return new ShareEnvelope(SignedMessage.Sign(sender, Signatures.Envelope, [.. header, .. body]), place, recipient);
    }

    /// <summary>Opens the envelope with the recipient's key. The caller disposes the share.</summary>
    /// <exception cref="FormatException">The contents are bad; the sender is to blame, as it signed them.</exception>
    internal SecretShare Decrypt(SignedRound round, InstitutionIdentity recipient)
    {
        ReadOnlySpan<byte> header = _bytes.AsSpan(0, HeaderBytes);
        ReadOnlySpan<byte> body = _bytes.AsSpan(HeaderBytes, _bytes.Length - HeaderBytes - Signatures.Bytes);
        byte[] plain = GC.AllocateArray<byte>(body.Length - TagBytes, pinned: true);
        try
        {
            using var fresh = ECDiffieHellman.Create(Curve.Parameters(header[^InstitutionCard.PointBytes..]));
            using AesGcm cipher = Cipher(recipient.Agree(fresh.PublicKey), round, header);
            cipher.Decrypt(new byte[12], body[..^TagBytes], body[^TagBytes..], plain, header);
            return SecretShare.TryRead(plain, round.Description.Set.Degree)
                ?? throw new FormatException($"Expected elements below {ShamirField.Prime} in the share of {round.Cards[Sender].Name} but got more.");
        }
        catch (CryptographicException exception)
        {
            throw new FormatException($"Expected a share of {round.Cards[Sender].Name} that opens with our key but it does not.", exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static AesGcm Cipher(byte[] agreed, SignedRound round, ReadOnlySpan<byte> header)
    {
        Span<byte> key = stackalloc byte[32];
        ReadOnlySpan<byte> info = [.. Encoding.UTF8.GetBytes("FedPortal share 1"), .. header];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, agreed, key, round.Hash.Span, info);
        var cipher = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(agreed);
        return cipher;
    }
}
