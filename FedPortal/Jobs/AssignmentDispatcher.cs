using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>Starts waiting site work while the machine bears it, and takes work back from site programs that fell silent.</summary>
internal sealed class AssignmentDispatcher(
    AssignmentStore assignments, FederationNudge nudge, SitePlaces places, PortalDatabase database, IOptions<PortalOptions> options, TimeProvider clock,
    ILogger<AssignmentDispatcher> logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _begunHere;

    public async Task DispatchAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            IReadOnlyList<Assignment> running = await assignments.RunningAsync(cancellationToken);
            await ReclaimAsync(running, cancellationToken);
            if (database.IsShared)
            {
                await TakeOverAsync(running, cancellationToken);
            }

            await assignments.GiveUpInactiveAsync(cancellationToken);
            await assignments.GiveUpEndedUseAsync(only: null, cancellationToken);

            // Of several portals any may run what is due: which of them has room, each finds out when it begins.
            int room = database.IsShared ? options.Value.SitePrograms : await RoomAsync(cancellationToken);
            foreach (Guid due in room > 0 ? await assignments.DueAsync(room, cancellationToken) : [])
            {
                await nudge.SiteWorkAsync(due, cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Begins an attempt if the machine bears another site program; otherwise the assignment goes on waiting. Call <see cref="End"/> when its program has ended.</summary>
    public async Task<BegunAttempt?> TryBeginAsync(Guid assignmentId, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            BegunAttempt? begun = await RoomAsync(cancellationToken) > 0 ? await assignments.TryBeginAsync(assignmentId, cancellationToken) : null;
            if (begun is not null)
            {
                Interlocked.Increment(ref _begunHere);
            }

            return begun;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The site program of a begun attempt has ended.</summary>
    public void End() => Interlocked.Decrement(ref _begunHere);

    /// <summary>
    /// After a start: work whose site program died with the portal waits again at once. A site program that outlived the portal keeps its
    /// lease, from now on, and hands in as if nothing had happened. Where other portals share the database, work without a program may be
    /// another's that is just starting one: <see cref="DispatchAsync"/> takes it over once its job is gone.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (Assignment assignment in await assignments.RunningAsync(cancellationToken))
        {
            AssignmentContext context = (await assignments.FindAsync(assignment.Id, cancellationToken))!;
            bool isAlive = IsAlive(context);
            logger.LogInformation("{Work} of {Institution}: the site program {State}", assignment.Kind, context.Actor, isAlive ? "outlived the portal and goes on" : "is gone");
            if (isAlive)
            {
                await assignments.TryRenewAsync(assignment.Id, assignment.Lease, snapshot: null, cancellationToken);
            }
            else if (!database.IsShared)
            {
                await assignments.ReleaseAsync(assignment.Id, assignment.Lease, cancellationToken);
            }
        }
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>How many more site programs this machine bears. Alone with the database, a portal also counts those that outlived its last run.</summary>
    private async Task<int> RoomAsync(CancellationToken cancellationToken) =>
        options.Value.SitePrograms - (database.IsShared ? Volatile.Read(ref _begunHere) : await assignments.RunningHereAsync(cancellationToken));

    // A hospital's own program is elsewhere: it keeps its lease, and loses it by silence only.
    private bool IsAlive(AssignmentContext context) => !context.IsHosted || WorkFolder.IsInUse(places.HomeOf(context.InstitutionCode), context.Assignment.Id);

    /// <summary>Work of a portal that died: the scheduler has noticed and removed its job, and no site program outlived it.</summary>
    private async Task TakeOverAsync(IReadOnlyList<Assignment> running, CancellationToken cancellationToken)
    {
        foreach (Assignment assignment in running)
        {
            if (!await nudge.IsAtWorkAsync(assignment.Id, cancellationToken) && !IsAlive((await assignments.FindAsync(assignment.Id, cancellationToken))!))
            {
                logger.LogInformation("{Work} (assignment {Assignment}) of a portal that is gone waits again", assignment.Kind, assignment.Id);
                await assignments.ReleaseAsync(assignment.Id, assignment.Lease, cancellationToken);
            }
        }
    }

    private async Task ReclaimAsync(IReadOnlyList<Assignment> running, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (Assignment assignment in running.Where(assignment => assignment.LeaseUntil < now))
        {
            string reason = $"The site program was silent for {options.Value.LeaseSeconds} seconds.";
            if (await assignments.TryEndAttemptAsync(assignment.Id, assignment.Lease, reason, cancellationToken))
            {
                await nudge.InterruptSiteWorkAsync(assignment.Id, cancellationToken);
            }
        }
    }
}
