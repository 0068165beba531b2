using FedPortal.Audit;
using FedPortal.Data;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation.Retaining;

/// <summary>One kind of thing on the page of retention.</summary>
/// <param name="Old">What is past its time at this moment.</param>
public sealed record RetentionRow(string Name, string Consequence, int Days, RetentionCount Old);

/// <summary>A study of which nothing is removed.</summary>
public sealed record HoldRow(Guid StudyId, string StudyName, string Reason, string SetBy, DateTimeOffset SetAt);

/// <summary>Says what is past its time, and removes it. What was removed is told to the audit log, which itself is kept for ever.</summary>
public sealed class RetentionDesk(IEnumerable<IRetentionRule> rules, IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    private const string Subject = "retention";

    /// <summary>What would be removed now. Nothing is.</summary>
    public async Task<IReadOnlyList<RetentionRow>> PreviewAsync(CancellationToken cancellationToken)
    {
        List<RetentionRow> rows = [];
        foreach (IRetentionRule rule in rules)
        {
            rows.Add(new RetentionRow(rule.Name, rule.Consequence, rule.Days, await ApplyAsync(rule, removes: false, cancellationToken)));
        }

        return rows;
    }

    /// <summary>Removes what is past its time.</summary>
    /// <returns>What was removed, in words; null when there was nothing.</returns>
    public async Task<string?> RemoveAsync(string actor, CancellationToken cancellationToken)
    {
        List<string> removed = [];
        foreach (IRetentionRule rule in rules)
        {
            RetentionCount count = await ApplyAsync(rule, removes: true, cancellationToken);
            if (count.Items > 0)
            {
                removed.Add($"{count.Items} {rule.Name}{(count.Bytes > 0 ? $" ({count.Bytes} bytes)" : "")}");
            }
        }

        if (removed.Count == 0)
        {
            return null;
        }

        string told = $"Past their time and removed: {string.Join(", ", removed)}.";
        await TellAsync(actor, null, told, cancellationToken);
        return told;
    }

    public async Task<IReadOnlyList<HoldRow>> HoldsAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (from hold in db.LegalHolds
                      join study in db.Studies.IgnoreAutoIncludes() on hold.StudyId equals study.Id
                      orderby hold.SetAt
                      select new HoldRow(study.Id, study.Name, hold.Reason, hold.SetBy, hold.SetAt)).ToListAsync(cancellationToken);
    }

    /// <summary>From now on nothing of the study is removed.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<string?> HoldAsync(Guid studyId, string reason, string actor, CancellationToken cancellationToken)
    {
        string why = reason.Trim();
        if (why.Length is 0 or > LegalHold.ReasonLength)
        {
            return why.Length == 0 ? "Say why, for whoever reads the audit log." : $"At most {LegalHold.ReasonLength} characters are kept; there are {why.Length}.";
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Studies.AnyAsync(s => s.Id == studyId, cancellationToken) || await db.LegalHolds.AnyAsync(h => h.StudyId == studyId, cancellationToken))
        {
            return "There is no such study, or it is on hold already.";
        }

        DateTimeOffset now = clock.GetUtcNow();
        db.LegalHolds.Add(new LegalHold(studyId, why, actor, now));
        db.AuditEntries.Add(new AuditEntry(now, actor, "study", studyId, $"On legal hold, nothing of it is removed: {why}"));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Study, studyId, studyId));
        return null;
    }

    public async Task LiftAsync(Guid studyId, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.LegalHolds.SingleOrDefaultAsync(h => h.StudyId == studyId, cancellationToken) is { } hold)
        {
            db.LegalHolds.Remove(hold);
            db.AuditEntries.Add(new AuditEntry(clock.GetUtcNow(), actor, "study", studyId, "No longer on legal hold."));
            await db.SaveChangesAsync(cancellationToken);
            live.Publish(new LiveUpdate(LiveSubject.Study, studyId, studyId));
        }
    }

    private Task<RetentionCount> ApplyAsync(IRetentionRule rule, bool removes, CancellationToken cancellationToken) =>
        rule.Days == 0 ? Task.FromResult(default(RetentionCount)) : rule.ApplyAsync(clock.GetUtcNow().AddDays(-rule.Days), removes, cancellationToken);

    private async Task TellAsync(string actor, Guid? id, string told, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        db.AuditEntries.Add(new AuditEntry(clock.GetUtcNow(), actor, Subject, id, told));
        await db.SaveChangesAsync(cancellationToken);
    }
}
