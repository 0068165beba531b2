using System.Text.Json;
using FedPortal.Audit;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Attack tests. Every change is saved with its audit entry.</summary>
public sealed class AttackStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>Asks for a test, unless the same one is waiting or running.</summary>
    /// <returns>Its id, or null when one of that kind is under way.</returns>
    internal async Task<Guid?> TryAddAsync(Guid studyId, int version, AttackKind kind, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        bool isUnderWay = await db.AttackRuns.AnyAsync(
            r => r.StudyId == studyId && r.ModelVersion == version && r.Kind == kind && (r.State == AttackState.Waiting || r.State == AttackState.Running), cancellationToken);
        if (isUnderWay || !await db.ModelVersions.AnyAsync(m => m.StudyId == studyId && m.Version == version, cancellationToken))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        var run = new AttackRun(studyId, version, kind, actor, now);
        db.AttackRuns.Add(run);
        db.AuditEntries.Add(new AuditEntry(now, actor, "study", studyId, $"Model version {version}: attack test '{kind}' asked for."));
        await db.SaveChangesAsync(cancellationToken);
        Publish(studyId);
        return run.Id;
    }

    internal async Task<AttackRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AttackRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    /// <summary>Tests that a stopped portal left under way.</summary>
    internal async Task<IReadOnlyList<Guid>> UnderWayAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AttackRuns.Where(r => r.State == AttackState.Waiting || r.State == AttackState.Running).Select(r => r.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Begins a test; where institutions work for it, their assignments are added in the same transaction.</summary>
    internal Task<bool> TryBeginAsync(Guid id, CancellationToken cancellationToken) => TryChangeAsync(id, AttackState.Waiting, "begins.", async (db, run, now) =>
    {
        if (run.Kind != AttackKind.Membership)
        {
            run.Begin([], now);
            return;
        }

        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == run.StudyId, cancellationToken);
        Assignment[] work = [.. study.Roster.Select(entry => new Assignment(
            study.Id, roundId: null, entry.InstitutionId, entry.DatasetId, AssignmentKind.Attack, run.ModelVersion, entry.Seat, now))];
        db.Assignments.AddRange(work);
        run.Begin([.. work.Select(assignment => assignment.Id)], now);
    }, cancellationToken);

    internal async Task<IReadOnlyList<Assignment>> WorkOfAsync(AttackRun run, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. run.AssignmentIds];
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Assignments.AsNoTracking().Where(a => ids.Contains(a.Id)).OrderBy(a => a.Seat).ToListAsync(cancellationToken);
    }

    /// <summary>Shows progress; it is no event for the log.</summary>
    internal Task<bool> TryShowAsync(Guid id, string stage, double fraction, CancellationToken cancellationToken) =>
        TryChangeAsync(id, AttackState.Running, told: null, (_, run, now) =>
        {
            run.Show(stage, fraction, now);
            return Task.CompletedTask;
        }, cancellationToken);

    internal Task<bool> TryFinishAsync(Guid id, AttackOutcome outcome, CancellationToken cancellationToken)
    {
        string json = JsonSerializer.Serialize(outcome, ProtocolJson.Options);
        string hash = ContentHash.OfText(json);
        string found = outcome.Finding is { } finding ? Training.Attacks.AttackWording.Of(finding) : "It gives no bound of ε.";
        return TryChangeAsync(id, AttackState.Running, $"is done. {found} Result {hash}.", (_, run, now) =>
        {
            run.Finish(json, hash, outcome.Finding?.LowerBound, now);
            return Task.CompletedTask;
        }, cancellationToken);
    }

    internal Task<bool> TryFailAsync(Guid id, string reason, CancellationToken cancellationToken) =>
        TryChangeAsync(id, AttackState.Running, $"failed: {reason}", (_, run, now) =>
        {
            run.Fail(reason, now);
            return Task.CompletedTask;
        }, cancellationToken);

    /// <summary>Stops a test and takes its work back.</summary>
    /// <returns>Assignments whose site programs must be ended; null when the test is over already.</returns>
    internal async Task<IReadOnlyList<Guid>?> TryCancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        AttackRun? run = await db.AttackRuns.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (run is null || run.IsFinal)
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        string reason = $"Stopped by {actor}.";
        run.Cancel(reason, now);
        Guid[] ids = [.. run.AssignmentIds];
        List<Assignment> work = await db.Assignments.Where(a => ids.Contains(a.Id)).ToListAsync(cancellationToken);
        Guid[] running = [.. work.Where(a => a.State == AssignmentState.Running).Select(a => a.Id)];
        foreach (Assignment assignment in work.Where(a => !a.IsFinal))
        {
            assignment.Cancel(reason, now);
        }

        db.AuditEntries.Add(new AuditEntry(now, actor, "study", run.StudyId, $"Model version {run.ModelVersion}: attack test '{run.Kind}' stopped."));
        return await TrySaveAsync(db, run.StudyId, cancellationToken) ? running : null;
    }

    private async Task<bool> TryChangeAsync(
        Guid id, AttackState from, string? told, Func<FedPortalDbContext, AttackRun, DateTimeOffset, Task> change, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        AttackRun? run = await db.AttackRuns.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (run?.State != from)
        {
            return false;
        }

        DateTimeOffset now = clock.GetUtcNow();
        await change(db, run, now);
        if (told is not null)
        {
            db.AuditEntries.Add(new AuditEntry(now, "portal", "study", run.StudyId, $"Model version {run.ModelVersion}: attack test '{run.Kind}' {told}"));
        }

        return await TrySaveAsync(db, run.StudyId, cancellationToken);
    }

    private async Task<bool> TrySaveAsync(FedPortalDbContext db, Guid studyId, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }

        Publish(studyId);
        return true;
    }

    private void Publish(Guid studyId) => live.Publish(new LiveUpdate(LiveSubject.Study, studyId, studyId));
}
