using FedPortal.Audit;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Institutions;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>An institution's public keys on a screen.</summary>
/// <param name="Fingerprint">64 hexadecimal digits, to be compared over another channel.</param>
public sealed record InstitutionKeyRow(Guid InstitutionId, string ShortCode, string Fingerprint, DateTimeOffset RegisteredAt);

/// <summary>The public keys of the institutions' site programs. A key is registered once; another one is refused until the old one is taken back.</summary>
public sealed class InstitutionKeyStore(IDbContextFactory<FedPortalDbContext> contexts, TimeProvider clock)
{
    /// <summary>Fingerprints are public: every member of the consortium compares them.</summary>
    public async Task<IReadOnlyList<InstitutionKeyRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (from key in db.InstitutionKeys
                      join institution in db.Institutions on key.InstitutionId equals institution.Id
                      orderby institution.ShortCode
                      select new InstitutionKeyRow(key.InstitutionId, institution.ShortCode, key.Fingerprint, key.RegisteredAt)).ToListAsync(cancellationToken);
    }

    /// <returns>The card in its byte form; null when none is on record.</returns>
    internal async Task<byte[]?> FindCardAsync(Guid institutionId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.InstitutionKeys.Where(k => k.InstitutionId == institutionId).Select(k => k.Card).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Registers an institution's card. The same card again changes nothing.</summary>
    /// <returns>Null when it is registered; otherwise why not.</returns>
    public async Task<string?> TryRegisterAsync(Guid institutionId, byte[] card, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Institution institution = await db.Institutions.AsNoTracking().SingleAsync(i => i.Id == institutionId, cancellationToken);
        InstitutionCard opened;
        try
        {
            opened = InstitutionCard.Parse(card);
        }
        catch (FormatException bad)
        {
            return bad.Message;
        }

        if (opened.Name != institution.ShortCode)
        {
            return $"Expected the keys of {institution.ShortCode} but the card is that of {opened.Name}.";
        }

        string? confirmed = await db.SiteEnrolments
            .Where(e => e.InstitutionId == institutionId && (e.State == SiteEnrolmentState.Confirmed || e.State == SiteEnrolmentState.Completed))
            .OrderByDescending(e => e.ChangedAt).Select(e => e.Card).FirstOrDefaultAsync(cancellationToken);
        if (confirmed is not null && confirmed != Convert.ToBase64String(card))
        {
            return $"The keys {opened.Fingerprint} are not those that were compared and confirmed at the enrolment of {institution.ShortCode}.";
        }

        InstitutionKey? known = await db.InstitutionKeys.AsNoTracking().SingleOrDefaultAsync(k => k.InstitutionId == institutionId, cancellationToken);
        if (known is not null)
        {
            return known.Fingerprint == opened.Fingerprint
                ? null
                : $"The keys {known.Fingerprint} are registered for {institution.ShortCode}, but the site shows {opened.Fingerprint}. An administrator must take the old ones back first.";
        }

        DateTimeOffset now = clock.GetUtcNow();
        db.InstitutionKeys.Add(new InstitutionKey(institutionId, card, opened.Fingerprint, now));
        db.AuditEntries.Add(new AuditEntry(now, institution.ShortCode, "institution", institutionId, $"Its site program's keys are registered; fingerprint {opened.Fingerprint}."));
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }

    /// <summary>Takes an institution's keys back, for example after its machine was lost: the next ones may be registered. Other sites keep the old pin until their people remove it.</summary>
    /// <returns>False when there were none.</returns>
    public async Task<bool> RemoveAsync(Guid institutionId, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        InstitutionKey? key = await db.InstitutionKeys.SingleOrDefaultAsync(k => k.InstitutionId == institutionId, cancellationToken);
        if (key is null)
        {
            return false;
        }

        db.InstitutionKeys.Remove(key);
        db.AuditEntries.Add(new AuditEntry(clock.GetUtcNow(), actor, "institution", institutionId, $"The keys {key.Fingerprint} of its site program are taken back."));
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
