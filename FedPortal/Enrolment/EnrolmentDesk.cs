using System.Security.Cryptography.X509Certificates;
using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Institutions;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Enrolment;

/// <summary>Checks keys that sites hand in and issues their certificates.</summary>
internal sealed class EnrolmentDesk(EnrolmentStore enrolments, ConsortiumAuthority authority, IOptions<PortalOptions> options, TimeProvider clock) : IDisposable
{
    private const int LongestText = 8192;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // Two requests of one site must not make two certificates.
    private readonly SemaphoreSlim _issuing = new(1, 1);

    /// <summary>A one-time token as text for the hospital.</summary>
    public async Task<string> InviteAsync(Guid institutionId, string actor, CancellationToken cancellationToken)
    {
        string secret = await enrolments.InviteAsync(institutionId, actor, cancellationToken);
        Institution institution = await enrolments.InstitutionAsync(institutionId, cancellationToken);
        return new EnrolmentToken(institution.ShortCode, secret, authority.Pin).ToString();
    }

    /// <summary>Takes a site's keys, or says where their enrolment stands; waits up to <paramref name="wait"/> for the admin.</summary>
    public async Task<EnrolmentAnswer> EnrolAsync(EnrolmentRequest request, string? program, TimeSpan wait, CancellationToken cancellationToken)
    {
        SiteEnrolment enrolment = await enrolments.RequestAsync(request.Secret, code => Check(request, code, program), cancellationToken);
        long started = clock.GetTimestamp();
        while (enrolment.State == SiteEnrolmentState.Requested && clock.GetElapsedTime(started) < wait)
        {
            await Task.Delay(Look, clock, cancellationToken);
            enrolment = await enrolments.GetAsync(enrolment.Id, cancellationToken);
        }

        Institution institution = await enrolments.InstitutionAsync(enrolment.InstitutionId, cancellationToken);
        EnrolmentStage stage = enrolment.State switch
        {
            SiteEnrolmentState.Declined => EnrolmentStage.Declined,
            SiteEnrolmentState.Confirmed => EnrolmentStage.Issued,
            _ => EnrolmentStage.Waiting,
        };
        string? certificate = stage == EnrolmentStage.Issued ? await FirstCertificateAsync(enrolment, institution, cancellationToken) : null;
        return new EnrolmentAnswer(stage, institution.Id, institution.Name, enrolment.Fingerprint ?? "", certificate, enrolment.Reason);
    }

    /// <summary>A fresh certificate for a fresh key, in the place of one that is still good.</summary>
    public async Task<string> RenewAsync(EnrolledSite site, RenewalRequest request, CancellationToken cancellationToken)
    {
        _ = ConsortiumAuthority.PublicKeyOf(Checked(request.CertificateRequest, "certificate signing request"));
        return await IssueAsync(site.InstitutionId, site.EnrolmentId, request.CertificateRequest, site.ShortCode, site.Name, cancellationToken);
    }

    public void Dispose() => _issuing.Dispose();

    private static HandedInKeys Check(EnrolmentRequest request, string shortCode, string? program)
    {
        byte[] key = ConsortiumAuthority.PublicKeyOf(Checked(request.CertificateRequest, "certificate signing request"));
        try
        {
            byte[] bytes = Convert.FromBase64String(Checked(request.Card, "institution card"));
            var card = InstitutionCard.Parse(bytes);
            return card.Name == shortCode
                ? new HandedInKeys(request.CertificateRequest, request.Card, EnrolmentFingerprint.Of(key, bytes), program)
                : throw new EnrolmentRefusal($"Expected keys of '{shortCode}' but the card names '{card.Name}'.");
        }
        catch (FormatException bad)
        {
            throw new EnrolmentRefusal($"The institution card cannot be read: {bad.Message}");
        }
    }

    private static string Checked(string? text, string what) => text is { Length: > 0 and <= LongestText }
        ? text
        : throw new EnrolmentRefusal($"Expected a {what} of 1 to {LongestText} characters but got {text?.Length ?? 0}.");

    private async Task<string> FirstCertificateAsync(SiteEnrolment enrolment, Institution institution, CancellationToken cancellationToken)
    {
        await _issuing.WaitAsync(cancellationToken);
        try
        {
            await using IAsyncDisposable alone = await enrolments.IssueAloneAsync(cancellationToken);
            return await enrolments.CertificateAsync(enrolment.Id, cancellationToken)
                ?? await IssueAsync(institution.Id, enrolment.Id, enrolment.CertificateRequest!, institution.ShortCode, institution.Name, cancellationToken);
        }
        finally
        {
            _issuing.Release();
        }
    }

    private async Task<string> IssueAsync(Guid institutionId, Guid enrolmentId, string request, string shortCode, string name, CancellationToken cancellationToken)
    {
        DateTimeOffset until = clock.GetUtcNow() + TimeSpan.FromHours(options.Value.SiteCertificateHours);
        using X509Certificate2 certificate = authority.Issue(request, shortCode, name, until);
        string pem = certificate.ExportCertificatePem();
        await enrolments.AddCertificateAsync(institutionId, enrolmentId, SiteCertificates.ThumbprintOf(certificate), pem, until, cancellationToken);
        return pem;
    }
}
