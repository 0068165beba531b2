using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Enrolment;

/// <summary>Connections to a portal that shows a certificate by the pinned authority; which public authorities the machine trusts does not matter.</summary>
/// <remarks>The authority issues server certificates to the portal alone, so it is the purpose that is checked and not the name of the host.</remarks>
internal static class PinnedPortal
{
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    /// <param name="client">The site's own certificate with its key; null before it has one.</param>
    public static SocketsHttpHandler Handler(X509Certificate2 authority, X509Certificate2? client)
    {
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10), AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 certificate && IsBy(certificate, authority, ServerPurpose);
        if (client is not null)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(client, additionalCertificates: null, offline: true);
        }

        return handler;
    }

    /// <summary>Handler for the enrolled site of a home.</summary>
    public static SocketsHttpHandler HandlerOf(SiteHome home)
    {
        var credentials = new SiteCredentials(home);
        return Handler(credentials.Authority(), credentials.Certificate());
    }

    /// <summary>Fetches the authority's certificate without trusting the connection, and believes it because it has the pinned hash.</summary>
    /// <exception cref="InvalidDataException">It has another hash: this is not the portal that made the token, or someone sits in between.</exception>
    public static async Task<(X509Certificate2 Authority, AuthorityMessage Message)> AuthorityAsync(Uri portal, string pin, CancellationToken cancellationToken)
    {
        // Any certificate may begin this one conversation: it carries nothing secret, and what it brings is checked against the pin below.
        X509Certificate2? shown = null;
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            return shown is not null;
        };
        using var client = new SitePortal(portal, handler);
        AuthorityMessage message = await client.AuthorityAsync(cancellationToken);
        try
        {
            var authority = X509Certificate2.CreateFromPem(message.Certificate);
            string got = EnrolmentToken.PinOf(authority.RawData);
            if (got != pin)
            {
                throw new InvalidDataException($"Expected the authority {pin[..16]}… that the token names but {portal} shows {got[..16]}…. Someone may sit between this machine and the portal: nothing was sent.");
            }

            return IsBy(shown!, authority, ServerPurpose)
                ? (authority, message)
                : throw new InvalidDataException($"Expected {portal} to show a certificate by the consortium's authority but it shows one by {shown!.Issuer}. Name the portal's site port, without a proxy in between: nothing was sent.");
        }
        catch (CryptographicException bad)
        {
            throw new InvalidDataException($"{portal} shows no certificate of an authority: {bad.Message}", bad);
        }
    }

    /// <summary>Whether a certificate is by the authority, for this purpose, and valid now.</summary>
    public static bool IsBy(X509Certificate2 certificate, X509Certificate2 authority, string purpose)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        return chain.Build(certificate);
    }
}
