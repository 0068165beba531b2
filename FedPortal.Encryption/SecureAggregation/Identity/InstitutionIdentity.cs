using System.Security.Cryptography;

namespace FedPortal.Encryption.SecureAggregation.Identity;

/// <summary>The long-lived private keys of an institution (or, for signing only, of the portal). They never leave the house.</summary>
public sealed class InstitutionIdentity : IDisposable
{
    private readonly ECDsa _signing;
    private readonly ECDiffieHellman _agreement;

    private InstitutionIdentity(string name, ECDsa signing, ECDiffieHellman agreement)
    {
        _signing = signing;
        _agreement = agreement;
        Card = new InstitutionCard(
            name, Curve.Point(signing.ExportParameters(false)), Curve.Point(agreement.ExportParameters(false)));
    }

    /// <summary>The public half.</summary>
    public InstitutionCard Card { get; }

    /// <summary>Makes fresh keys.</summary>
    public static InstitutionIdentity Create(string name) =>
        new(name, ECDsa.Create(ECCurve.NamedCurves.nistP256), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads what <see cref="ExportPem"/> wrote.</summary>
    /// <exception cref="ArgumentException">The text does not hold two private keys.</exception>
    public static InstitutionIdentity ImportPem(string name, string pem)
    {
        const string End = "-----END PRIVATE KEY-----";
        string[] parts = pem.Split(End);
        if (parts.Length < 3)
        {
            throw new ArgumentException($"Expected two private keys but got {parts.Length - 1}.", nameof(pem));
        }

        var signing = ECDsa.Create();
        var agreement = ECDiffieHellman.Create();
        signing.ImportFromPem(parts[0] + End);
        agreement.ImportFromPem(parts[1] + End);
        return new InstitutionIdentity(name, signing, agreement);
    }

    /// <returns>Both private keys, PKCS #8 in PEM: keep the file readable by its owner alone.</returns>
    public string ExportPem() => _signing.ExportPkcs8PrivateKeyPem() + "\n" + _agreement.ExportPkcs8PrivateKeyPem() + "\n";

    /// <returns>64 bytes: r ‖ s over the purpose and the message (ECDSA, SHA-256).</returns>
    public byte[] Sign(string purpose, ReadOnlySpan<byte> message) =>
        _signing.SignData(Signatures.Input(purpose, message), HashAlgorithmName.SHA256);

    public void Dispose()
    {
        _signing.Dispose();
        _agreement.Dispose();
    }

    internal byte[] Agree(ECDiffieHellmanPublicKey other) => _agreement.DeriveRawSecretAgreement(other);
}
