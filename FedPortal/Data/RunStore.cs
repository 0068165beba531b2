using System.Linq.Expressions;
using FedPortal.Audit;
using FedPortal.Runs;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Long runs of one kind. Every change but progress is saved with its audit entry.</summary>
public abstract class RunStore<TRun>
    where TRun : LongRun
{
    private readonly LiveUpdates _live;

    private protected RunStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
    {
        Contexts = contexts;
        Clock = clock;
        _live = live;
    }

    private protected static Expression<Func<TRun, bool>> IsUnderWay { get; } = run => run.State == RunState.Waiting || run.State == RunState.Running;

    private protected IDbContextFactory<FedPortalDbContext> Contexts { get; }

    private protected TimeProvider Clock { get; }

    internal async Task<TRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<TRun>().AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken);
    }

    /// <summary>Runs that a stopped portal left under way.</summary>
    internal async Task<IReadOnlyList<Guid>> UnderWayAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<TRun>().Where(IsUnderWay).Select(run => run.Id).ToListAsync(cancellationToken);
    }

    internal Task<bool> TryFailAsync(Guid id, string reason, CancellationToken cancellationToken) =>
        TryChangeAsync(id, RunState.Running, $"failed: {reason}", (run, now) => run.Fail(reason, now), cancellationToken);

    /// <summary>Stops a run and takes back what others do for it.</summary>
    /// <returns>Assignments whose site programs must be ended; null when the run is over already.</returns>
    internal async Task<IReadOnlyList<Guid>?> TryCancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> running = [];
        bool isStopped = await TryChangeAsync(id, run => !run.IsFinal, actor, "stopped.", async (db, run, now) =>
        {
            string reason = $"Stopped by {actor}.";
            run.Cancel(reason, now);
            running = await TakeBackAsync(db, run, reason, now, cancellationToken);
        }, cancellationToken);
        return isStopped ? running : null;
    }

    /// <summary>Takes back the work of institutions for a run that is stopped.</summary>
    /// <returns>What of it was running.</returns>
    private protected virtual Task<IReadOnlyList<Guid>> TakeBackAsync(FedPortalDbContext db, TRun run, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Guid>>([]);

    /// <summary>Whether a run may be asked for beside those that are under way.</summary>
    private protected abstract Task<bool> HasRoomAsync(FedPortalDbContext db, TRun run, CancellationToken cancellationToken);

    /// <param name="told">What became of it: "begins."</param>
    private protected abstract AuditEntry EntryOf(TRun run, DateTimeOffset now, string actor, string told);

    private protected abstract LiveUpdate UpdateOf(TRun run);

    /// <returns>The run's id, or null when there is no room for it.</returns>
    private protected async Task<Guid?> TryAddAsync(TRun run, IEnumerable<AuditEntry> beside, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        if (!await HasRoomAsync(db, run, cancellationToken))
        {
            return null;
        }

        db.Add(run);
        db.AuditEntries.Add(EntryOf(run, run.CreatedAt, run.StartedBy, "asked for."));
        db.AuditEntries.AddRange(beside);
        await db.SaveChangesAsync(cancellationToken);
        _live.Publish(UpdateOf(run));
        return run.Id;
    }

    /// <param name="told">For the audit log; null for what is no event.</param>
    private protected Task<bool> TryChangeAsync(Guid id, RunState from, string? told, Action<TRun, DateTimeOffset> change, CancellationToken cancellationToken) =>
        TryChangeAsync(id, from, told, (_, run, now) =>
        {
            change(run, now);
            return Task.CompletedTask;
        }, cancellationToken);

    private protected Task<bool> TryChangeAsync(
        Guid id, RunState from, string? told, Func<FedPortalDbContext, TRun, DateTimeOffset, Task> change, CancellationToken cancellationToken) =>
        TryChangeAsync(id, run => run.State == from, "portal", told, change, cancellationToken);

    private async Task<bool> TryChangeAsync(
        Guid id, Func<TRun, bool> isAllowed, string actor, string? told, Func<FedPortalDbContext, TRun, DateTimeOffset, Task> change, CancellationToken cancellationToken)
    {
        TRun? changed = await Contexts.TryChangeAsync(async db =>
        {
            TRun? run = await db.Set<TRun>().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
            if (run is null || !isAllowed(run))
            {
                return null;
            }

            DateTimeOffset now = Clock.GetUtcNow();
            await change(db, run, now);
            if (told is not null)
            {
                db.AuditEntries.Add(EntryOf(run, now, actor, told));
            }

            return run;
        }, cancellationToken);
        if (changed is not null)
        {
            _live.Publish(UpdateOf(changed));
        }

        return changed is not null;
    }
}
