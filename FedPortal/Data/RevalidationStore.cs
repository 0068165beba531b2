using System.Linq.Expressions;
using System.Text.Json;
using FedPortal.Audit;
using FedPortal.Inference;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>A re-validation as pages show it. The report is pooled, so everybody in the consortium may see it; reasons name institutions.</summary>
public sealed record RevalidationRow(
    Guid Id, Guid StudyId, string StudyName, int ModelVersion, RevalidationState State, string StartedBy, EvaluationReport? Report, string? Worse, string? Reason,
    int Institutions, int InstitutionsDone, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);

/// <summary>Re-validations of released models and how often they are due. Every change is saved with its audit entry.</summary>
public sealed class RevalidationStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <returns>Null when no interval was ever set.</returns>
    public async Task<ModelWatch?> WatchAsync(Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ModelWatches.AsNoTracking().SingleOrDefaultAsync(w => w.StudyId == studyId, cancellationToken);
    }

    /// <exception cref="ArgumentException">The interval is out of its range.</exception>
    internal async Task SetIntervalAsync(Guid studyId, int days, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        if (await db.ModelWatches.SingleOrDefaultAsync(w => w.StudyId == studyId, cancellationToken) is { } watch)
        {
            watch.Change(days, actor, now);
        }
        else
        {
            db.ModelWatches.Add(new ModelWatch(studyId, days, actor, now));
        }

        db.AuditEntries.Add(new AuditEntry(now, actor, "study", studyId, days == 0 ? "The released model is not measured again by itself." : $"The released model is measured again every {days} days."));
        await db.SaveChangesAsync(cancellationToken);
        Publish(studyId);
    }

    /// <summary>Studies whose released model is due to be measured again; each is given out once, also among several portals.</summary>
    internal async Task<IReadOnlyList<Guid>> TakeDueAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        List<Guid> due = [];
        foreach (ModelWatch watch in await db.ModelWatches.Where(w => w.NextAt != null && w.NextAt <= now).ToListAsync(cancellationToken))
        {
            watch.Begin(now);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                due.Add(watch.StudyId);
            }
            catch (DbUpdateConcurrencyException)
            {
                db.Entry(watch).State = EntityState.Detached; // Another portal took it.
            }
        }

        return due;
    }

    /// <summary>Asks every institution of the roster to measure a version again.</summary>
    /// <returns>Its id; null when one is under way for this version.</returns>
    internal async Task<Guid?> TryBeginAsync(Guid studyId, int version, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study? study = await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == studyId, cancellationToken);
        if (study is null || await db.Revalidations.AnyAsync(r => r.StudyId == studyId && r.ModelVersion == version && r.State == RevalidationState.Running, cancellationToken))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        Assignment[] work = [.. study.Roster.Select(entry => new Assignment(
            study.Id, roundId: null, entry.InstitutionId, entry.DatasetId, AssignmentKind.Revalidate, version, entry.Seat, now))];
        var check = new Revalidation(studyId, version, [.. work.Select(assignment => assignment.Id)], actor, now);
        db.Assignments.AddRange(work);
        db.Revalidations.Add(check);
        db.AuditEntries.Add(new AuditEntry(now, actor, "study", studyId, $"Model version {version}: re-validation asked of {work.Length} institutions."));
        await db.SaveChangesAsync(cancellationToken);
        Publish(studyId);
        return check.Id;
    }

    internal async Task<Revalidation?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Revalidations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    internal async Task<IReadOnlyList<Revalidation>> RunningAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Revalidations.AsNoTracking().Where(r => r.State == RevalidationState.Running).OrderBy(r => r.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>The work behind a re-validation with the names of the institutions, in the order of their seats.</summary>
    internal async Task<IReadOnlyList<(Assignment Work, string Institution)>> WorkOfAsync(Revalidation check, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. check.AssignmentIds];
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from work in db.Assignments.AsNoTracking()
            where ids.Contains(work.Id)
            join institution in db.Institutions on work.InstitutionId equals institution.Id
            orderby work.Seat
            select new { Work = work, institution.Name }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => (row.Work, row.Name))];
    }

    /// <summary>What was measured before the release: the pooled evaluation.</summary>
    internal async Task<(Study Study, EvaluationReport? Release)> ReleaseOfAsync(Revalidation check, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == check.StudyId, cancellationToken);
        string? json = await db.Evaluations
            .Where(e => e.StudyId == check.StudyId && e.ModelVersion == check.ModelVersion && e.Scope == EvaluationScope.Pooled).Select(e => e.ReportJson).FirstOrDefaultAsync(cancellationToken);
        return (study, ReportOf(json));
    }

    internal Task<bool> TryFinishAsync(Guid id, EvaluationReport report, string worse, string? remark, CancellationToken cancellationToken) => TryEndAsync(
        id, worse.Length == 0 ? "is done: not worse than at its release." : $"is done: worse than at its release. {worse}",
        (check, now) => check.Finish(JsonSerializer.Serialize(report, ProtocolJson.Options), worse, remark, now), cancellationToken);

    internal Task<bool> TryFailAsync(Guid id, string reason, CancellationToken cancellationToken) =>
        TryEndAsync(id, $"failed: {reason}", (check, now) => check.Fail(reason, now), cancellationToken);

    /// <summary>Stops a re-validation and takes its work back.</summary>
    /// <returns>False when it is over already.</returns>
    internal Task<bool> TryCancelAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        TryEndAsync(id, $"stopped by {actor}.", (check, now) => check.Cancel($"Stopped by {actor}.", now), cancellationToken);

    /// <summary>Re-validations of a version, those under way first, then the newest.</summary>
    public Task<IReadOnlyList<RevalidationRow>> ListAsync(Viewer viewer, Guid studyId, int version, int most, CancellationToken cancellationToken) =>
        ListAsync(viewer, check => check.StudyId == studyId && check.ModelVersion == version, most, cancellationToken);

    /// <summary>Re-validations of all models, those under way first, then the newest.</summary>
    /// <param name="only">This one alone, or null for all.</param>
    internal Task<IReadOnlyList<RevalidationRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken) =>
        ListAsync(viewer, check => only == null || check.Id == only, most, cancellationToken);

    private async Task<IReadOnlyList<RevalidationRow>> ListAsync(Viewer viewer, Expression<Func<Revalidation, bool>> which, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from check in db.Revalidations.AsNoTracking().Where(which)
            join study in db.Studies on check.StudyId equals study.Id
            orderby check.State == RevalidationState.Running descending, check.CreatedAt descending
            select new { Check = check, study.Name }).Take(most).ToListAsync(cancellationToken);
        Guid[] open = [.. rows.Where(row => !row.Check.IsFinal).SelectMany(row => row.Check.AssignmentIds)];
        HashSet<Guid> done = [.. await db.Assignments.Where(a => open.Contains(a.Id) && a.State == AssignmentState.Done).Select(a => a.Id).ToListAsync(cancellationToken)];
        return [.. rows.Select(row => new RevalidationRow(
            row.Check.Id, row.Check.StudyId, row.Name, row.Check.ModelVersion, row.Check.State, row.Check.StartedBy, ReportOf(row.Check.ReportJson), row.Check.Worse,
            viewer.SeesAll ? row.Check.FailureReason : null, row.Check.AssignmentIds.Count, row.Check.AssignmentIds.Count(done.Contains), row.Check.CreatedAt, row.Check.EndedAt))];
    }

    private async Task<bool> TryEndAsync(Guid id, string told, Action<Revalidation, DateTimeOffset> end, CancellationToken cancellationToken)
    {
        Revalidation? ended = await contexts.TryChangeAsync(async db =>
        {
            Revalidation? check = await db.Revalidations.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
            if (check is null || check.IsFinal)
            {
                return null;
            }

            DateTimeOffset now = clock.GetUtcNow();
            end(check, now);
            Guid[] ids = [.. check.AssignmentIds];
            foreach (Assignment late in (await db.Assignments.Where(a => ids.Contains(a.Id)).ToListAsync(cancellationToken)).Where(a => !a.IsFinal))
            {
                late.Cancel("The re-validation is over.", now);
            }

            db.AuditEntries.Add(new AuditEntry(now, "portal", "study", check.StudyId, $"Model version {check.ModelVersion}: re-validation {told}"));
            return check;
        }, cancellationToken);
        if (ended is not null)
        {
            Publish(ended.StudyId);
        }

        return ended is not null;
    }

    private static EvaluationReport? ReportOf(string? json) => json is null ? null : JsonSerializer.Deserialize<EvaluationReport>(json, ProtocolJson.Options);

    private void Publish(Guid studyId) => live.Publish(new LiveUpdate(LiveSubject.Study, studyId, studyId));
}
