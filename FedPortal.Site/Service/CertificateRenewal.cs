using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary>Fetches a new certificate, for a new key, when two thirds of the present one's life are over.</summary>
internal static class CertificateRenewal
{
    public static bool IsDue(X509Certificate2 certificate, DateTimeOffset now)
    {
        TimeSpan life = certificate.NotAfter - certificate.NotBefore;
        return now > certificate.NotAfter.ToUniversalTime() - (life / 3);
    }

    /// <returns>True when there is a new certificate.</returns>
    public static async Task<bool> RenewIfDueAsync(SiteHome home, TimeProvider clock, CancellationToken cancellationToken)
    {
        var credentials = new SiteCredentials(home);
        using X509Certificate2 present = credentials.Certificate();
        if (!IsDue(present, clock.GetUtcNow()))
        {
            return false;
        }

        EnrolledAt record = credentials.Record();
        using ECDsa key = SiteCredentials.NewKey();
        using var portal = SitePortal.Of(home);
        CertificateMessage answer = await portal.RenewAsync(new RenewalRequest(SiteCredentials.RequestFor(key, record.ShortCode)), cancellationToken);
        credentials.Keep(answer.Certificate, key, record.Authority);
        return true;
    }
}
