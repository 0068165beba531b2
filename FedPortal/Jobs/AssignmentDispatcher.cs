using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>Starts waiting site work while the machine bears it, and takes work back from site programs that fell silent.</summary>
internal sealed class AssignmentDispatcher(
    AssignmentStore assignments, FederationNudge nudge, SitePlaces places, IOptions<PortalOptions> options, TimeProvider clock, ILogger<AssignmentDispatcher> logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    public async Task DispatchAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await ReclaimAsync(await assignments.RunningAsync(cancellationToken), cancellationToken);
            await assignments.GiveUpInactiveAsync(cancellationToken);
            await assignments.GiveUpEndedUseAsync(only: null, cancellationToken);
            int room = options.Value.SitePrograms - await assignments.RunningHereAsync(cancellationToken);
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

    /// <summary>Begins an attempt if the machine bears another site program; otherwise the assignment goes on waiting.</summary>
    public async Task<BegunAttempt?> TryBeginAsync(Guid assignmentId, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            bool room = await assignments.RunningHereAsync(cancellationToken) < options.Value.SitePrograms;
            return room ? await assignments.TryBeginAsync(assignmentId, cancellationToken) : null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// After a start: work whose site program died with the portal waits again at once. A site program that outlived the portal keeps its
    /// lease, from now on, and hands in as if nothing had happened.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (Assignment assignment in await assignments.RunningAsync(cancellationToken))
        {
            AssignmentContext context = (await assignments.FindAsync(assignment.Id, cancellationToken))!;
            // A hospital's own program is elsewhere: it keeps its lease, and loses it by silence only.
            bool isAlive = !context.IsHosted || WorkFolder.IsInUse(places.HomeOf(context.InstitutionCode), assignment.Id);
            logger.LogInformation("{Work} of {Institution}: the site program {State}", assignment.Kind, context.Actor, isAlive ? "outlived the portal and goes on" : "is gone");
            if (isAlive)
            {
                await assignments.TryRenewAsync(assignment.Id, assignment.Lease, snapshot: null, cancellationToken);
            }
            else
            {
                await assignments.ReleaseAsync(assignment.Id, assignment.Lease, cancellationToken);
            }
        }
    }

    public void Dispose() => _gate.Dispose();

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
