using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FedPortal.Data;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace FedPortal.Enrolment;

/// <summary>
/// The consortium's certificate authority: it signs the site port's certificate and the hospitals' client certificates. Made
/// at first use; the key lies in the data directory, encrypted by data protection.
/// </summary>
internal sealed class ConsortiumAuthority : IDisposable
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(30);

    private readonly PortalOptions _options;
    private readonly IDataProtector _protector;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private X509Certificate2? _authority;
    private X509Certificate2? _server;

    public ConsortiumAuthority(IOptions<PortalOptions> options, IDataProtectionProvider protection, TimeProvider clock)
    {
        _options = options.Value;
        _protector = protection.CreateProtector("consortium authority");
        _clock = clock;
    }

    /// <summary>SHA-256 of the authority's certificate, lower-case hex.</summary>
    public string Pin => EnrolmentToken.PinOf(Authority().RawData);

    /// <summary>The authority's certificate, PEM.</summary>
    public string CertificatePem => Authority().ExportCertificatePem();

    private string Folder => Path.Combine(_options.Root, "authority");

    /// <summary>The certificate of the site port; a new one is made when two thirds of its life are over.</summary>
    public X509Certificate2 ServerCertificate()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        lock (_lock)
        {
            if (_server is null || now > _server.NotAfter.ToUniversalTime() - (ServerLife / 3))
            {
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var request = new CertificateRequest($"CN={Quoted(Environment.MachineName)}", key, HashAlgorithmName.SHA256);
                var names = new SubjectAlternativeNameBuilder();
                names.AddDnsName("localhost");
                names.AddIpAddress(System.Net.IPAddress.Loopback);
                names.AddIpAddress(System.Net.IPAddress.IPv6Loopback);
                if (Environment.MachineName is { Length: > 0 } machine && machine.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
                {
                    names.AddDnsName(machine);
                }

                request.CertificateExtensions.Add(names.Build());
                _server = Sign(request, ServerPurpose, now, now + ServerLife).CopyWithPrivateKey(key);
            }

            return _server;
        }
    }

    /// <summary>Signs the key of a checked request; nothing else of the request is taken over.</summary>
    /// <param name="certificateRequest">PEM; see <see cref="PublicKeyOf"/>.</param>
    public X509Certificate2 Issue(string certificateRequest, string shortCode, string institution, DateTimeOffset until)
    {
        var asked = CertificateRequest.LoadSigningRequestPem(certificateRequest, HashAlgorithmName.SHA256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={Quoted(shortCode)}, O={Quoted(institution)}"), asked.PublicKey, HashAlgorithmName.SHA256);
        return Sign(request, ClientPurpose, _clock.GetUtcNow(), until);
    }

    /// <summary>Verifies that a request is whole and signed by its own key, which must be on P-256.</summary>
    /// <returns>The key, as SubjectPublicKeyInfo.</returns>
    /// <exception cref="EnrolmentRefusal">It is not.</exception>
    public static byte[] PublicKeyOf(string certificateRequest)
    {
        try
        {
            var asked = CertificateRequest.LoadSigningRequestPem(certificateRequest, HashAlgorithmName.SHA256);
            using ECDsa? key = asked.PublicKey.GetECDsaPublicKey();
            string? curve = key?.ExportParameters(includePrivateParameters: false).Curve.Oid.Value;
            return curve == ECCurve.NamedCurves.nistP256.Oid.Value
                ? asked.PublicKey.ExportSubjectPublicKeyInfo()
                : throw new EnrolmentRefusal($"Expected a request for a key on P-256 but got {curve ?? asked.PublicKey.Oid.FriendlyName}.");
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            throw new EnrolmentRefusal($"The certificate signing request cannot be used: {bad.Message}");
        }
    }

    public void Dispose()
    {
        _authority?.Dispose();
        _server?.Dispose();
    }

    // A comma or quote in a hospital's name must not become another part of the subject.
    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private X509Certificate2 Sign(CertificateRequest request, string purpose, DateTimeOffset now, DateTimeOffset until)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        return request.Create(Authority(), now - Skew, until, serial);
    }

    private X509Certificate2 Authority()
    {
        lock (_lock)
        {
            return _authority ??= Load() ?? Make();
        }
    }

    private X509Certificate2? Load()
    {
        string certificate = Path.Combine(Folder, "authority.crt");
        string key = Path.Combine(Folder, "authority.key");
        if (!File.Exists(certificate) || !File.Exists(key))
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(certificate), Encoding.UTF8.GetString(_protector.Unprotect(File.ReadAllBytes(key))));
        }
        catch (CryptographicException lost)
        {
            // A new authority would silently lock every enrolled hospital out, so this is for a person to decide.
            throw new InvalidOperationException($"The consortium's authority in {Folder} cannot be read with the keys in {Path.Combine(_options.Root, "keys")}. Restore both from one backup, or remove the folder to found a new authority and enrol every site anew.", lost);
        }
    }

    private X509Certificate2 Make()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=FedPortal consortium authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        X509Certificate2 made = request.CreateSelfSigned(now - Skew, now.AddYears(10));
        Directory.CreateDirectory(Folder);
        PrivateFile.Write(Path.Combine(Folder, "authority.key"), _protector.Protect(Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem())));
        PrivateFile.Write(Path.Combine(Folder, "authority.crt"), Encoding.UTF8.GetBytes(made.ExportCertificatePem() + "\n"));
        return made;
    }
}
