using FedPortal.Audit;
using FedPortal.Institutions;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>The institutions of the consortium.</summary>
public sealed class InstitutionStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    public async Task<IReadOnlyList<InstitutionRow>> ListAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Institution> institutions = await db.Institutions.AsNoTracking().OrderBy(i => i.Name).ToListAsync(cancellationToken);
        var datasets = (await db.Datasets.AsNoTracking().Where(d => d.InstitutionId != null)
            .Select(d => new { d.InstitutionId, d.Classes }).ToListAsync(cancellationToken)).ToLookup(d => d.InstitutionId);
        Dictionary<Guid, int> studies = await db.Set<Studies.RosterEntry>().GroupBy(e => e.InstitutionId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return [.. institutions.Select(i => viewer.Narrow(new InstitutionRow(
            i.Id, i.Name, i.ShortCode, i.IsHosted, i.ColourIndex, i.Status, i.AdmittedAt,
            datasets[i.Id].Count(), datasets[i.Id].Sum(d => d.Classes.Sum(c => c.Total)), studies.GetValueOrDefault(i.Id))))];
    }

    public async Task<InstitutionRow?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken) =>
        (await ListAsync(viewer, cancellationToken)).FirstOrDefault(i => i.Id == id);

    /// <returns>The new institution's id, or null when the short code is taken.</returns>
    /// <exception cref="ArgumentException">The name or the short code is not valid.</exception>
    public async Task<Guid?> AdmitAsync(string name, string shortCode, bool isHosted, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Institutions.AnyAsync(i => i.ShortCode == shortCode, cancellationToken))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        var institution = new Institution(name, shortCode, isHosted, await db.Institutions.CountAsync(cancellationToken), now);
        db.Institutions.Add(institution);
        db.AuditEntries.Add(new AuditEntry(now, actor, "institution", institution.Id, $"Admitted {institution.Name} ({institution.ShortCode})."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Institution, institution.Id));
        return institution.Id;
    }

    public async Task SetStatusAsync(Guid id, InstitutionStatus status, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Institution institution = await db.Institutions.SingleAsync(i => i.Id == id, cancellationToken);
        if (status == InstitutionStatus.Active)
        {
            institution.Reactivate();
        }
        else
        {
            institution.Suspend();
        }

        db.AuditEntries.Add(new AuditEntry(clock.GetUtcNow(), actor, "institution", id, $"{institution.ShortCode} is now {status}."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Institution, id));
    }
}
