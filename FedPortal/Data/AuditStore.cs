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
    public Task<IReadOnlyList<AuditRow>> ListAsync(Viewer viewer, Guid? subjectId, int skip, int take, CancellationToken cancellationToken) =>
        ListAsync(viewer, new AuditFilter(SubjectId: subjectId), skip, take, cancellationToken);

    /// <inheritdoc cref="ListAsync(Viewer, Guid?, int, int, CancellationToken)"/>
    public async Task<IReadOnlyList<AuditRow>> ListAsync(Viewer viewer, AuditFilter filter, int skip, int take, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Matching(await VisibleAsync(db, viewer, cancellationToken), filter).OrderByDescending(e => e.Sequence).Skip(skip).Take(take)
            .Select(e => new AuditRow(e.Sequence, e.At, e.Actor, e.Subject, e.SubjectId, e.Action)).ToListAsync(cancellationToken);
    }

    /// <summary>Entries before one of them, newest first: new entries do not move the pages.</summary>
    public async Task<IReadOnlyList<AuditRow>> BeforeAsync(Viewer viewer, AuditFilter filter, long? before, int take, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Matching(await VisibleAsync(db, viewer, cancellationToken), filter).Where(e => before == null || e.Sequence < before).OrderByDescending(e => e.Sequence).Take(take)
            .Select(e => new AuditRow(e.Sequence, e.At, e.Actor, e.Subject, e.SubjectId, e.Action)).ToListAsync(cancellationToken);
    }

    public async Task<int> CountAsync(Viewer viewer, AuditFilter filter, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Matching(await VisibleAsync(db, viewer, cancellationToken), filter).CountAsync(cancellationToken);
    }

    /// <summary>Everybody and everything that the log names, for the filter.</summary>
    public async Task<(IReadOnlyList<string> Actors, IReadOnlyList<string> Subjects)> NamesAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var named = await (await VisibleAsync(db, viewer, cancellationToken)).Select(e => new { e.Subject, e.Actor }).Distinct().ToListAsync(cancellationToken);
        return ([.. named.Select(n => n.Actor).Distinct().Order(StringComparer.Ordinal)], [.. named.Select(n => n.Subject).Distinct().Order(StringComparer.Ordinal)]);
    }

    internal static IQueryable<AuditEntry> Matching(IQueryable<AuditEntry> entries, AuditFilter filter)
    {
        DateTimeOffset? from = StartOf(filter.From);
        DateTimeOffset? until = StartOf(filter.To?.AddDays(1));
        string? pattern = string.IsNullOrWhiteSpace(filter.Text) ? null : $"%{Escape(Lower(filter.Text.Trim()))}%";
        return entries.Where(e => (filter.SubjectId == null || e.SubjectId == filter.SubjectId)
            && (string.IsNullOrEmpty(filter.Actor) || e.Actor == filter.Actor)
            && (string.IsNullOrEmpty(filter.Subject) || e.Subject == filter.Subject)
            && (from == null || e.At >= from)
            && (until == null || e.At < until)
            && (pattern == null || EF.Functions.Like(e.Action.ToLower(), pattern, "\\")));
    }

    private static async Task<IQueryable<AuditEntry>> VisibleAsync(FedPortalDbContext db, Viewer viewer, CancellationToken cancellationToken)
    {
        if (viewer.SeesAll)
        {
            return db.AuditEntries;
        }

        Guid[] own = [.. viewer.InstitutionIds];
        string[] codes = await db.Institutions.Where(i => own.Contains(i.Id)).Select(i => i.ShortCode).ToArrayAsync(cancellationToken);
        Guid[] datasets = await db.Datasets.Where(d => d.InstitutionId == null || own.Contains(d.InstitutionId.Value)).Select(d => d.Id).ToArrayAsync(cancellationToken);
        Guid?[] subjects = [.. own, .. datasets];
        return db.AuditEntries.Where(e => e.Subject == "study" || subjects.Contains(e.SubjectId) || codes.Contains(e.Actor));
    }

    private static DateTimeOffset? StartOf(DateOnly? day) => day is { } known ? new DateTimeOffset(known, TimeOnly.MinValue, TimeSpan.Zero) : null;

    // Both databases lower ASCII letters only.
    private static string Lower(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
