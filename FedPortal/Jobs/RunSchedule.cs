using FedPortal.Data;
using FedPortal.Runs;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Long runs of one kind, to a portal that starts.</summary>
internal interface IRunSchedule
{
    /// <summary>Lets those go on that a stopped or killed portal left.</summary>
    Task ResumeAsync(CancellationToken cancellationToken);
}

/// <summary>Starts and stops long runs of one kind: a job for each, now and at every beat, until it is over.</summary>
/// <param name="group">Of the jobs; it also names the kind in the log.</param>
internal abstract class RunSchedule<TRun, TJob>(string group, ISchedulerFactory schedulers, RunStore<TRun> runs, FederationNudge nudge, ILogger logger) : IRunSchedule
    where TRun : LongRun
    where TJob : RunJob<TRun>
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>Stops a run, and the site programs of the work that was taken back.</summary>
    /// <returns>False when it was over already.</returns>
    public async Task<bool> CancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        if (await runs.TryCancelAsync(id, actor, cancellationToken) is not { } siteWork)
        {
            return false;
        }

        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.Interrupt(KeyOf(id), cancellationToken);
        await schedulers.EndAsync(KeyOf(id), cancellationToken);
        foreach (Guid assignment in siteWork)
        {
            await nudge.InterruptSiteWorkAsync(assignment, cancellationToken);
        }

        return true;
    }

    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (Guid id in await runs.UnderWayAsync(cancellationToken))
        {
            logger.LogInformation("Run {Run} ({Kind}) goes on", id, group);
            await BeginAsync(id, cancellationToken);
        }
    }

    /// <returns>The id, or null when there was no room for the run.</returns>
    protected async Task<Guid?> BeginAsync(Guid? added, CancellationToken cancellationToken)
    {
        if (added is { } id)
        {
            await schedulers.RepeatAsync<TJob>(KeyOf(id), Beat, cancellationToken);
        }

        return added;
    }

    private JobKey KeyOf(Guid id) => new($"{id}", group);
}
