using FedPortal.Audit;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>A draft on a list.</summary>
public sealed record DraftRow(Guid Id, string Title, string Author, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>Studies that are still being written. They survive reloads and restarts; nothing of them binds anybody.</summary>
public sealed class DraftStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <param name="viewer">Drafts are for those who run studies; nobody else sees any.</param>
    public async Task<IReadOnlyList<DraftRow>> ListAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            return [];
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<StudyDraft>().AsNoTracking().OrderByDescending(d => d.ChangedAt)
            .Select(d => new DraftRow(d.Id, d.Title, d.Author, d.CreatedAt, d.ChangedAt)).ToListAsync(cancellationToken);
    }

    /// <returns>The form as it was last typed, or null when there is none or it is not for the viewer.</returns>
    public async Task<StudyForm?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return viewer.SeesAll ? (await db.Set<StudyDraft>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken))?.Form : null;
    }

    public async Task<Guid> CreateAsync(StudyForm form, string author, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var draft = new StudyDraft(form, author, clock.GetUtcNow());
        db.Add(draft);
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Study, draft.Id));
        return draft.Id;
    }

    /// <summary>Begins a draft with everything that a study agreed on.</summary>
    /// <returns>The draft's id, or null when there is no such study.</returns>
    public async Task<Guid?> CloneAsync(Guid studyId, string author, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == studyId, cancellationToken) is not { } study)
        {
            return null;
        }

        var draft = new StudyDraft(StudyFormWriter.Of(study.Design with { Name = CopyOf(study.Name) }, study.Roster, study.HoldoutDatasetId), author, clock.GetUtcNow());
        db.Add(draft);
        db.AuditEntries.Add(new AuditEntry(draft.CreatedAt, author, "study", studyId, $"Study '{study.Name}' copied into a new draft."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Study, draft.Id));
        return draft.Id;
    }

    /// <returns>False when the draft is gone.</returns>
    public async Task<bool> SaveAsync(Guid id, StudyForm form, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<StudyDraft>().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } draft)
        {
            return false;
        }

        draft.Save(form, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    public async Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<StudyDraft>().Where(d => d.Id == id).ExecuteDeleteAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Study, id));
    }

    private static string CopyOf(string name) => name.Length <= 93 ? $"{name}, copy" : name;
}
