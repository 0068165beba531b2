using FedPortal.Audit;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Runs;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Tests of model versions of one kind.</summary>
public abstract class ModelTestStore<TRun> : RunStore<TRun>
    where TRun : ModelTestRun
{
    private protected ModelTestStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
        : base(contexts, live, clock)
    {
    }

    internal async Task<IReadOnlyList<Assignment>> WorkOfAsync(TRun run, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. run.AssignmentIds];
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        return await db.Assignments.AsNoTracking().Where(a => ids.Contains(a.Id)).OrderBy(a => a.Seat).ToListAsync(cancellationToken);
    }

    /// <summary>Shows progress; it is no event for the log.</summary>
    internal Task<bool> TryShowAsync(Guid id, string stage, double fraction, CancellationToken cancellationToken) =>
        TryChangeAsync(id, RunState.Running, told: null, (run, now) => run.Show(stage, fraction, now), cancellationToken);

    private protected override async Task<IReadOnlyList<Guid>> TakeBackAsync(
        FedPortalDbContext db, TRun run, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. run.AssignmentIds];
        List<Assignment> work = await db.Assignments.Where(a => ids.Contains(a.Id)).ToListAsync(cancellationToken);
        Guid[] running = [.. work.Where(a => a.State == AssignmentState.Running).Select(a => a.Id)];
        foreach (Assignment assignment in work.Where(a => !a.IsFinal))
        {
            assignment.Cancel(reason, now);
        }

        return running;
    }

    /// <summary>None for the same test at the same model, nor for a model that is not there.</summary>
    private protected override async Task<bool> HasRoomAsync(FedPortalDbContext db, TRun run, CancellationToken cancellationToken)
    {
        (Guid study, int version) = (run.StudyId, run.ModelVersion);
        List<TRun> underWay = await db.Set<TRun>().AsNoTracking().Where(IsUnderWay).Where(r => r.StudyId == study && r.ModelVersion == version).ToListAsync(cancellationToken);
        return !underWay.Any(run.IsSameAs) && await db.ModelVersions.AnyAsync(m => m.StudyId == study && m.Version == version, cancellationToken);
    }

    private protected override AuditEntry EntryOf(TRun run, DateTimeOffset now, string actor, string told) =>
        new(now, actor, "study", run.StudyId, $"Model version {run.ModelVersion}: {run.Title} {told}");

    private protected override LiveUpdate UpdateOf(TRun run) => new(LiveSubject.Study, run.StudyId, run.StudyId);
}
