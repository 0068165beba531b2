using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Jobs;

/// <summary>The part of a test that institutions do on their own images.</summary>
internal sealed class InstitutionTestWork(AssignmentDispatcher dispatcher, IDbContextFactory<FedPortalDbContext> contexts)
{
    /// <summary>Starts what may start and shows how many are done.</summary>
    /// <param name="doing">What the institutions have done then: "scored their patients".</param>
    /// <returns>All assignments once all are over; null until then.</returns>
    public async Task<IReadOnlyList<Assignment>?> CollectAsync<TRun>(ModelTestStore<TRun> store, TRun run, string doing, CancellationToken cancellationToken)
        where TRun : ModelTestRun
    {
        await dispatcher.DispatchAsync(cancellationToken);
        IReadOnlyList<Assignment> work = await store.WorkOfAsync(run, cancellationToken);
        int over = work.Count(a => a.IsFinal);
        if (over == work.Count)
        {
            return work;
        }

        double fraction = (double)over / work.Count;
        if (fraction != run.Progress || run.Stage.Length == 0)
        {
            await store.TryShowAsync(run.Id, $"{over} of {work.Count} {doing}", fraction, cancellationToken);
        }

        return null;
    }

    /// <summary>Who gave no result, and why.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(IEnumerable<Assignment> work, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Dictionary<Guid, string> names = await db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, i => i.Name, cancellationToken);
        return [.. work.Where(a => a.State != AssignmentState.Done).Select(a => $"{(a.InstitutionId is { } id ? names[id] : "Consortium hold-out")}: {a.FailureReason}")];
    }
}
