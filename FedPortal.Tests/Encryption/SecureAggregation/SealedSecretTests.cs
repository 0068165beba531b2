using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Identity;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

public sealed class SealedSecretTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void ItOpensForItsRecipientAndPurpose_AndForNobodyAndNothingElse()
    {
        using var hospital = InstitutionIdentity.Create("hospital");
        using var other = InstitutionIdentity.Create("hospital");
        byte[] bytes = SealedSecret.Seal(hospital.Card, "tags", Secret);

        Assert.Equal(Secret, SealedSecret.Open(hospital, "tags", bytes));
        Assert.Throws<FormatException>(() => SealedSecret.Open(hospital, "other", bytes));
        Assert.Contains("for another", Assert.Throws<FormatException>(() => SealedSecret.Open(other, "tags", bytes)).Message, StringComparison.Ordinal);
        Assert.NotEqual(bytes, SealedSecret.Seal(hospital.Card, "tags", Secret));
    }

    [Fact]
    public void EveryChangedByte_AndEveryShorterFile_IsNoticed()
    {
        using var hospital = InstitutionIdentity.Create("hospital");
        byte[] bytes = SealedSecret.Seal(hospital.Card, "tags", Secret);

        Assert.Equal(4 + 2 + 32 + 64 + 32 + 16, bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            Assert.Throws<FormatException>(() => SealedSecret.Open(hospital, "tags", changed));
            Assert.Throws<FormatException>(() => SealedSecret.Open(hospital, "tags", bytes.AsSpan(0, i)));
        }
    }

    /// <summary>The form of the bytes, computed once more from the class comment with nothing of the class.</summary>
    [Fact]
    public void TheBytesAreThoseOfTheComment()
    {
        using var hospital = InstitutionIdentity.Create("hospital");
        byte[] bytes = SealedSecret.Seal(hospital.Card, "tags", Secret);
        byte[] header = bytes[..102];
        using var agreement = ECDiffieHellman.Create();
        string pem = hospital.ExportPem();
        agreement.ImportFromPem(pem.AsSpan(pem.LastIndexOf("-----BEGIN", StringComparison.Ordinal)));
        using var fresh = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = header[38..70], Y = header[70..102] } });

        byte[] key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, agreement.DeriveRawSecretAgreement(fresh.PublicKey), 32, SHA256.HashData(hospital.Card.ToBytes()), [.. "FedPortal secret 1\0tags\0"u8, .. header]);
        using var cipher = new AesGcm(key, 16);
        byte[] opened = new byte[32];
        cipher.Decrypt(new byte[12], bytes.AsSpan(102, 32), bytes.AsSpan(134), opened, header);

        Assert.Equal(Secret, opened);
    }
}
