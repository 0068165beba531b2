using FedPortal.Audit;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Institutions;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Keys as a site program handed them in, checked for form.</summary>
/// <param name="CertificateRequest">PEM; its own signature has been verified.</param>
/// <param name="Card">Base64.</param>
/// <param name="Fingerprint"><see cref="EnrolmentFingerprint"/>.</param>
internal sealed record HandedInKeys(string CertificateRequest, string Card, string Fingerprint, string? Program);

/// <summary>Invitations, keys and certificates of hospitals' own site programs. Every change is told in the audit log in the same transaction.</summary>
public sealed class EnrolmentStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>How long a token may wait to be used, and a certificate to be fetched.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromDays(3);

    /// <summary>Until the result is disposed no other portal makes a site's first certificate.</summary>
    internal Task<IAsyncDisposable> IssueAloneAsync(CancellationToken cancellationToken) => PostgresLocks.HoldAsync(contexts, PostgresLocks.Certificates, cancellationToken);

    /// <summary>What an admin and the institution's own coordinator may see; null for others.</summary>
    public async Task<EnrolmentView?> FindAsync(Viewer viewer, Guid institutionId, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(institutionId))
        {
            return null;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<EnrolmentRow> enrolments = await db.SiteEnrolments.Where(e => e.InstitutionId == institutionId).OrderByDescending(e => e.CreatedAt)
            .Select(e => new EnrolmentRow(e.Id, e.InstitutionId, e.State, e.CreatedBy, e.CreatedAt, e.ExpiresAt, e.ChangedAt, e.Fingerprint, e.Program, e.DecidedBy, e.Reason))
            .ToListAsync(cancellationToken);
        List<CertificateRow> certificates = await db.SiteCertificates.Where(c => c.InstitutionId == institutionId).OrderByDescending(c => c.IssuedAt)
            .Select(c => new CertificateRow(c.Id, c.Thumbprint, c.IssuedAt, c.ExpiresAt, c.RevokedAt, c.RevokedBy, c.RevocationReason))
            .ToListAsync(cancellationToken);
        SiteConnection? connection = await db.SiteConnections.AsNoTracking().SingleOrDefaultAsync(c => c.InstitutionId == institutionId, cancellationToken);
        return new EnrolmentView(enrolments, certificates, connection?.LastSeenAt, connection?.Program, connection?.Refusal);
    }

    /// <summary>Makes the secret of a one-time token. An earlier invitation that was not completed ends.</summary>
    /// <exception cref="EnrolmentRefusal">The institution is hosted or not active.</exception>
    public async Task<string> InviteAsync(Guid institutionId, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Institution institution = await db.Institutions.SingleAsync(i => i.Id == institutionId, cancellationToken);
        if (institution.IsHosted || institution.Status != InstitutionStatus.Active)
        {
            throw new EnrolmentRefusal(institution.IsHosted
                ? $"{institution.Name} is hosted: the portal runs its site program."
                : $"{institution.Name} is {institution.Status} and cannot be enrolled.");
        }

        DateTimeOffset now = clock.GetUtcNow();
        await foreach (SiteEnrolment open in OpenOf(db, institutionId).WithCancellation(cancellationToken))
        {
            open.Decline(actor, "A newer token took its place.", now);
        }

        string secret = EnrolmentToken.NewSecret();
        db.SiteEnrolments.Add(new SiteEnrolment(institutionId, ContentHash.OfText(secret), actor, now + TokenLife, now));
        Tell(db, actor, institutionId, "Made a one-time token for the institution's own site program.", now);
        await db.SaveChangesAsync(cancellationToken);
        Publish(institutionId);
        return secret;
    }

    /// <summary>Takes the keys that belong to a token; the same keys may come again, others may not.</summary>
    /// <exception cref="EnrolmentRefusal">The token is unknown, used, expired, or was used with other keys.</exception>
    internal async Task<SiteEnrolment> RequestAsync(string secret, Func<string, HandedInKeys> check, CancellationToken cancellationToken)
    {
        string hash = ContentHash.OfText(secret);
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        SiteEnrolment enrolment = await db.SiteEnrolments.SingleOrDefaultAsync(e => e.SecretHash == hash, cancellationToken)
            ?? throw new EnrolmentRefusal("The token is unknown.");
        if (enrolment.State == SiteEnrolmentState.Completed)
        {
            throw new EnrolmentRefusal("The token was used already. A token is good for one enrolment; ask the consortium's admin for a new one.");
        }

        if (enrolment.IsExpired(now))
        {
            throw new EnrolmentRefusal($"The token expired at {enrolment.ExpiresAt:yyyy-MM-dd HH:mm} UTC. Ask the consortium's admin for a new one.");
        }

        Institution institution = await db.Institutions.AsNoTracking().SingleAsync(i => i.Id == enrolment.InstitutionId, cancellationToken);
        HandedInKeys keys = check(institution.ShortCode);
        if (enrolment.State == SiteEnrolmentState.Invited)
        {
            enrolment.Request(keys.CertificateRequest, keys.Card, keys.Fingerprint, keys.Program, now);
            Tell(db, institution.ShortCode, institution.Id, $"The site program asks to be enrolled with keys of fingerprint {keys.Fingerprint}.", now);
            await SaveAsync(db, cancellationToken);
            Publish(institution.Id);
        }
        else if (enrolment.State != SiteEnrolmentState.Declined && enrolment.Fingerprint != keys.Fingerprint)
        {
            Tell(db, "portal", institution.Id, $"A token that was used already came again with other keys ({keys.Fingerprint}) and was refused.", now);
            await db.SaveChangesAsync(cancellationToken);
            throw new EnrolmentRefusal("The token was used already, with other keys. If that was not you, tell the consortium's admin.");
        }

        return enrolment;
    }

    internal async Task<SiteEnrolment> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SiteEnrolments.AsNoTracking().SingleAsync(e => e.Id == id, cancellationToken);
    }

    internal async Task<Institution> InstitutionAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Institutions.AsNoTracking().SingleAsync(i => i.Id == id, cancellationToken);
    }

    /// <summary>The admin compared the fingerprint with the one the hospital reads out.</summary>
    /// <param name="fingerprint">As the admin saw it: if other keys have come in since, nothing is confirmed.</param>
    public Task ConfirmAsync(Guid id, string fingerprint, string actor, CancellationToken cancellationToken) => DecideAsync(id, actor, (enrolment, now) =>
    {
        if (enrolment.State != SiteEnrolmentState.Requested || enrolment.Fingerprint != fingerprint)
        {
            throw new EnrolmentRefusal("These keys do not wait for a confirmation any more.");
        }

        enrolment.Confirm(actor, now + TokenLife, now);
        return $"Confirmed the keys of fingerprint {fingerprint}.";
    }, cancellationToken);

    public Task DeclineAsync(Guid id, string reason, string actor, CancellationToken cancellationToken) => DecideAsync(id, actor, (enrolment, now) =>
    {
        if (enrolment.IsFinal)
        {
            throw new EnrolmentRefusal($"The enrolment is {enrolment.State} already.");
        }

        enrolment.Decline(actor, reason, now);
        return $"Ended the enrolment: {reason}";
    }, cancellationToken);

    /// <summary>A good certificate that this enrolment was given, or null.</summary>
    internal async Task<string?> CertificateAsync(Guid enrolmentId, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await db.SiteCertificates.AsNoTracking().Where(c => c.EnrolmentId == enrolmentId).OrderByDescending(c => c.IssuedAt).ToListAsync(cancellationToken))
            .FirstOrDefault(c => c.IsGood(now))?.Pem;
    }

    internal async Task AddCertificateAsync(Guid institutionId, Guid enrolmentId, string thumbprint, string pem, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        db.SiteCertificates.Add(new SiteCertificate(institutionId, enrolmentId, thumbprint, pem, expiresAt, now));
        Tell(db, "portal", institutionId, $"Issued a certificate ({thumbprint[..16]}…) until {expiresAt:yyyy-MM-dd HH:mm} UTC.", now);
        await db.SaveChangesAsync(cancellationToken);
        Publish(institutionId);
    }

    /// <summary>Whose certificate this is, or why it counts for nothing.</summary>
    internal async Task<(EnrolledSite? Site, string? Refusal)> AuthenticateAsync(string thumbprint, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from c in db.SiteCertificates.AsNoTracking()
            join i in db.Institutions.AsNoTracking() on c.InstitutionId equals i.Id
            join e in db.SiteEnrolments.AsNoTracking() on c.EnrolmentId equals e.Id
            where c.Thumbprint == thumbprint
            select new { Certificate = c, Institution = i, e.State }).SingleOrDefaultAsync(cancellationToken);
        return found switch
        {
            null => (null, "This certificate was not issued by this consortium."),
            { Certificate.RevokedAt: { } at } => (null, $"This certificate was revoked at {at:yyyy-MM-dd HH:mm} UTC: {found.Certificate.RevocationReason}"),
            _ when !found.Certificate.IsGood(now) => (null, $"This certificate expired at {found.Certificate.ExpiresAt:yyyy-MM-dd HH:mm} UTC. Ask the consortium's admin for a new token and join again."),
            _ => (new EnrolledSite(
                found.Institution.Id, found.Institution.Name, found.Institution.ShortCode, found.Institution.Status, found.Institution.SuspensionReason,
                found.Certificate.EnrolmentId, found.Certificate.Id, found.State == SiteEnrolmentState.Confirmed, found.Certificate.ExpiresAt), null),
        };
    }

    /// <summary>Whether the institution has a site program of its own, so that nothing may be done in its name without a certificate.</summary>
    internal async Task<bool> NeedsCertificateAsync(Guid institutionId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SiteCertificates.AnyAsync(c => c.InstitutionId == institutionId, cancellationToken);
    }

    /// <summary>The certificate was used for the first time: the token is spent, and keys of earlier enrolments are not trusted any more.</summary>
    internal async Task CompleteAsync(EnrolledSite site, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        SiteEnrolment enrolment = await db.SiteEnrolments.SingleAsync(e => e.Id == site.EnrolmentId, cancellationToken);
        if (enrolment.State != SiteEnrolmentState.Confirmed)
        {
            return;
        }

        enrolment.Complete(now);
        if (!await db.SiteConnections.AnyAsync(c => c.InstitutionId == site.InstitutionId, cancellationToken))
        {
            db.SiteConnections.Add(new SiteConnection(site.InstitutionId));
        }

        await PinAsync(db, enrolment, now, cancellationToken);
        await foreach (SiteCertificate earlier in db.SiteCertificates.Where(c => c.InstitutionId == site.InstitutionId && c.EnrolmentId != enrolment.Id && c.RevokedAt == null)
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            earlier.Revoke("portal", "The institution was enrolled anew.", now);
        }

        Tell(db, site.ShortCode, site.InstitutionId, "The site program is enrolled; its token is spent.", now);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            return; // another request of the same program was faster
        }

        Publish(site.InstitutionId);
    }

    /// <summary>Works at once: the next request with this certificate is refused.</summary>
    public async Task RevokeAsync(Guid certificateId, string reason, string actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        SiteCertificate certificate = await db.SiteCertificates.SingleAsync(c => c.Id == certificateId, cancellationToken);
        certificate.Revoke(actor, reason, now);
        Tell(db, actor, certificate.InstitutionId, $"Revoked the certificate {certificate.Thumbprint[..16]}…: {reason}", now);
        await db.SaveChangesAsync(cancellationToken);
        Publish(certificate.InstitutionId);
    }

    /// <summary>Notes that a site program was heard of.</summary>
    internal async Task SeeAsync(Guid institutionId, string? program, string? refusal, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.SiteConnections.SingleOrDefaultAsync(c => c.InstitutionId == institutionId, cancellationToken) is { } connection)
        {
            connection.See(program, refusal, now);
            await db.SaveChangesAsync(cancellationToken);
            Publish(institutionId);
        }
    }

    /// <summary>The studies that name an institution, for its own eyes.</summary>
    internal async Task<IReadOnlyList<StandingStudy>> StudiesAsync(Guid institutionId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await db.Studies.AsNoTracking().Where(s => s.Roster.Any(entry => entry.InstitutionId == institutionId)).OrderBy(s => s.CreatedAt).ToListAsync(cancellationToken))
            .ConvertAll(s => new StandingStudy(s.Id, s.Name, s.State.ToString()));
    }

    /// <summary>The keys that the admin compared become the institution's keys in rosters and ledgers, in the place of earlier ones.</summary>
    private static async Task PinAsync(FedPortalDbContext db, SiteEnrolment enrolment, DateTimeOffset now, CancellationToken cancellationToken)
    {
        byte[] bytes = Convert.FromBase64String(enrolment.Card!);
        string fingerprint = InstitutionCard.Parse(bytes).Fingerprint;
        InstitutionKey? known = await db.InstitutionKeys.SingleOrDefaultAsync(k => k.InstitutionId == enrolment.InstitutionId, cancellationToken);
        if (known?.Fingerprint != fingerprint)
        {
            if (known is not null)
            {
                db.InstitutionKeys.Remove(known);
                await db.SaveChangesAsync(cancellationToken);
                Tell(db, "portal", enrolment.InstitutionId, $"The keys {known.Fingerprint} of its site program are replaced.", now);
            }

            db.InstitutionKeys.Add(new InstitutionKey(enrolment.InstitutionId, bytes, fingerprint, now));
        }
    }

    internal static IAsyncEnumerable<SiteEnrolment> OpenOf(FedPortalDbContext db, Guid institutionId) => db.SiteEnrolments
        .Where(e => e.InstitutionId == institutionId && e.State != SiteEnrolmentState.Completed && e.State != SiteEnrolmentState.Declined).AsAsyncEnumerable();

    private static void Tell(FedPortalDbContext db, string actor, Guid institutionId, string action, DateTimeOffset now) =>
        db.AuditEntries.Add(new AuditEntry(now, actor, "institution", institutionId, action));

    private static async Task SaveAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new EnrolmentRefusal("Someone else changed this enrolment at the same moment. Try again.");
        }
    }

    private async Task DecideAsync(Guid id, string actor, Func<SiteEnrolment, DateTimeOffset, string> decide, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        SiteEnrolment enrolment = await db.SiteEnrolments.SingleAsync(e => e.Id == id, cancellationToken);
        Tell(db, actor, enrolment.InstitutionId, decide(enrolment, now), now);
        await SaveAsync(db, cancellationToken);
        Publish(enrolment.InstitutionId);
    }

    private void Publish(Guid institutionId) => live.Publish(new LiveUpdate(LiveSubject.Institution, institutionId));
}
