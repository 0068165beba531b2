using FedPortal.Audit;
using FedPortal.Models;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Tests of model versions of one kind. Every change is saved with its audit entry.</summary>
public abstract class ModelTestStore<TRun>
    where TRun : ModelTestRun
{
    private readonly LiveUpdates _live;

    private protected ModelTestStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
    {
        Contexts = contexts;
        Clock = clock;
        _live = live;
    }

    private protected IDbContextFactory<FedPortalDbContext> Contexts { get; }

    private protected TimeProvider Clock { get; }

    internal async Task<TRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<TRun>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    /// <summary>Tests that a stopped portal left under way.</summary>
    internal async Task<IReadOnlyList<Guid>> UnderWayAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<TRun>().Where(r => r.State == AttackState.Waiting || r.State == AttackState.Running).Select(r => r.Id).ToListAsync(cancellationToken);
    }

    internal async Task<IReadOnlyList<Assignment>> WorkOfAsync(TRun run, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. run.AssignmentIds];
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        return await db.Assignments.AsNoTracking().Where(a => ids.Contains(a.Id)).OrderBy(a => a.Seat).ToListAsync(cancellationToken);
    }

    /// <summary>Shows progress; it is no event for the log.</summary>
    internal Task<bool> TryShowAsync(Guid id, string stage, double fraction, CancellationToken cancellationToken) =>
        TryChangeAsync(id, AttackState.Running, told: null, (_, run, now) =>
        {
            run.Show(stage, fraction, now);
            return Task.CompletedTask;
        }, cancellationToken);

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
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        TRun? run = await db.Set<TRun>().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (run is null || run.IsFinal)
        {
            return null;
        }

        DateTimeOffset now = Clock.GetUtcNow();
        string reason = $"Stopped by {actor}.";
        run.Cancel(reason, now);
        Guid[] ids = [.. run.AssignmentIds];
        List<Assignment> work = await db.Assignments.Where(a => ids.Contains(a.Id)).ToListAsync(cancellationToken);
        Guid[] running = [.. work.Where(a => a.State == AssignmentState.Running).Select(a => a.Id)];
        foreach (Assignment assignment in work.Where(a => !a.IsFinal))
        {
            assignment.Cancel(reason, now);
        }

        db.AuditEntries.Add(EntryOf(run, now, actor, "stopped."));
        return await TrySaveAsync(db, run.StudyId, cancellationToken) ? running : null;
    }

    /// <summary>Adds a run, unless the same test is waiting or running or there is no such model.</summary>
    private protected async Task<Guid?> TryAddAsync(TRun run, CancellationToken cancellationToken)
    {
        (Guid study, int version) = (run.StudyId, run.ModelVersion);
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        List<TRun> underWay = await db.Set<TRun>().AsNoTracking()
            .Where(r => r.StudyId == study && r.ModelVersion == version && (r.State == AttackState.Waiting || r.State == AttackState.Running)).ToListAsync(cancellationToken);
        if (underWay.Any(run.IsSameAs) || !await db.ModelVersions.AnyAsync(m => m.StudyId == study && m.Version == version, cancellationToken))
        {
            return null;
        }

        db.Add(run);
        db.AuditEntries.Add(EntryOf(run, run.CreatedAt, run.StartedBy, "asked for."));
        await db.SaveChangesAsync(cancellationToken);
        Publish(study);
        return run.Id;
    }

    private protected async Task<bool> TryChangeAsync(
        Guid id, AttackState from, string? told, Func<FedPortalDbContext, TRun, DateTimeOffset, Task> change, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        TRun? run = await db.Set<TRun>().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (run?.State != from)
        {
            return false;
        }

        DateTimeOffset now = Clock.GetUtcNow();
        await change(db, run, now);
        if (told is not null)
        {
            db.AuditEntries.Add(EntryOf(run, now, "portal", told));
        }

        return await TrySaveAsync(db, run.StudyId, cancellationToken);
    }

    private static AuditEntry EntryOf(TRun run, DateTimeOffset now, string actor, string told) =>
        new(now, actor, "study", run.StudyId, $"Model version {run.ModelVersion}: {run.Title} {told}");

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

    private void Publish(Guid studyId) => _live.Publish(new LiveUpdate(LiveSubject.Study, studyId, studyId));
}
