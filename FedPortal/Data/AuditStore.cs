using FedPortal.Audit;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Reads the audit log. Entries are written by whoever saves the change they tell of.</summary>
public sealed class AuditStore(IDbContextFactory<FedPortalDbContext> contexts, TimeProvider clock)
{
    /// <summary>Writes an entry for something that changed nothing else in the database.</summary>
    internal async Task TellAsync(string actor, string subject, Guid? subjectId, string action, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        db.AuditEntries.Add(new AuditEntry(clock.GetUtcNow(), actor, subject, subjectId, action));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Entries, newest first.</summary>
    /// <param name="viewer">A coordinator sees what studies did, and what was done by or to the own institutions and their data sets.</param>
    /// <param name="subjectId">Only about this thing, or null for all.</param>
    public async Task<IReadOnlyList<AuditRow>> ListAsync(Viewer viewer, Guid? subjectId, int skip, int take, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Guid[] own = [.. viewer.InstitutionIds];
        IQueryable<AuditEntry> visible = viewer.SeesAll ? db.AuditEntries : db.AuditEntries.Where(e =>
            e.Subject == "study" || (e.SubjectId != null && own.Contains(e.SubjectId.Value))
            || db.Institutions.Any(i => own.Contains(i.Id) && i.ShortCode == e.Actor)
            || db.Datasets.Any(d => d.Id == e.SubjectId && (d.InstitutionId == null || own.Contains(d.InstitutionId.Value))));
        return await visible.Where(e => subjectId == null || e.SubjectId == subjectId)
            .OrderByDescending(e => e.Sequence).Skip(skip).Take(take)
            .Select(e => new AuditRow(e.Sequence, e.At, e.Actor, e.Subject, e.SubjectId, e.Action)).ToListAsync(cancellationToken);
    }
}
