using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Enrolment;

/// <summary>Where and as whom this site is enrolled; no secret is in it.</summary>
/// <param name="Portal">Address of the portal's site port.</param>
/// <param name="Authority">The consortium's certificate, PEM: whatever the portal shows must be signed by it.</param>
/// <param name="Fingerprint">Of the keys that were confirmed.</param>
internal sealed record EnrolledAt(Uri Portal, string ShortCode, Guid InstitutionId, string InstitutionName, string Authority, string Fingerprint, DateTimeOffset JoinedAt);

/// <summary>
/// Keys and certificate of one site, in <c>enrolment/</c> of its home, and the institution's long-lived identity. Keys are readable by their owner only
/// and never leave the machine.
/// </summary>
internal sealed class SiteCredentials(SiteHome home)
{
    private string Folder => Path.Combine(home.Path, "enrolment");

    private string RecordFile => Path.Combine(Folder, "site.json");

    private string PendingKeyFile => Path.Combine(Folder, "pending.key");

    // Key and certificate in one file, so that a power cut while renewing leaves the old pair or the new one.
    private string PairFile => Path.Combine(Folder, "client.pem");

    public bool IsEnrolled => File.Exists(RecordFile) && File.Exists(PairFile);

    /// <exception cref="InvalidDataException">The site has not joined.</exception>
    public EnrolledAt Record() => IsEnrolled
        ? JsonSerializer.Deserialize<EnrolledAt>(File.ReadAllText(RecordFile), ProtocolJson.Options) ?? throw new InvalidDataException($"{RecordFile} is empty.")
        : throw new InvalidDataException($"The site in {home.Path} has not joined a portal yet: site join --portal URL --token TOKEN.");

    /// <summary>The client certificate with its key.</summary>
    public X509Certificate2 Certificate()
    {
        string pair = File.ReadAllText(PairFile);
        return X509Certificate2.CreateFromPem(pair, pair);
    }

    /// <summary>When key and certificate were last renewed.</summary>
    public DateTime WrittenAt() => File.GetLastWriteTimeUtc(PairFile);

    public X509Certificate2 Authority() => X509Certificate2.CreateFromPem(Record().Authority);

    /// <summary>The institution's signing and agreement keys; made at first use.</summary>
    /// <param name="anew">True to make new ones in any case.</param>
    public IdentityKeys Identity(string shortCode, bool anew = false)
    {
        if (anew)
        {
            File.Delete(home.IdentityFile);
        }

        return SiteIdentity.LoadOrCreate(home, shortCode);
    }

    /// <summary>The key of a join that is going on; the same until it is done, so that an interrupted join shows the same fingerprint again.</summary>
    public ECDsa PendingKey()
    {
        byte[] pem = PrivateFile.LoadOrCreate(PendingKeyFile, () =>
        {
            using ECDsa made = NewKey();
            return Encoding.UTF8.GetBytes(made.ExportPkcs8PrivateKeyPem());
        });
        var key = ECDsa.Create();
        key.ImportFromPem(Encoding.UTF8.GetString(pem));
        return key;
    }

    public static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static string RequestFor(ECDsa key, string shortCode) =>
        new CertificateRequest($"CN=\"{shortCode}\"", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    /// <summary>Keeps a certificate that the portal issued for a key.</summary>
    /// <exception cref="InvalidDataException">It is not for this key or not by the consortium's authority.</exception>
    public void Keep(string certificatePem, ECDsa key, string authorityPem)
    {
        using var certificate = X509Certificate2.CreateFromPem(certificatePem);
        using var authority = X509Certificate2.CreateFromPem(authorityPem);
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
        {
            throw new InvalidDataException("Expected a certificate for this site's own key but the portal sent one for another.");
        }

        if (!PinnedPortal.IsBy(certificate, authority, PinnedPortal.ClientPurpose))
        {
            throw new InvalidDataException("Expected a certificate by the consortium's authority but the portal sent one that is not.");
        }

        Write(PairFile, $"{certificatePem.Trim()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    public void Keep(EnrolledAt record)
    {
        Write(RecordFile, JsonSerializer.Serialize(record, ProtocolJson.Options));
        File.Delete(PendingKeyFile);
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Folder);
        PrivateFile.Write(path, Encoding.UTF8.GetBytes(text));
    }
}
