using Quartz;

namespace FedPortal.Jobs;

/// <summary>Lets a test's job run now and at every beat, until it is over.</summary>
internal static class ModelTestSchedule
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>Also after a restart.</summary>
    public static Task BeginAsync<TJob>(this ISchedulerFactory schedulers, JobKey key, CancellationToken cancellationToken)
        where TJob : ModelTestJob => schedulers.RepeatAsync<TJob>(key, Beat, cancellationToken);

    public static async Task EndAsync(this ISchedulerFactory schedulers, JobKey key, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.DeleteJob(key, cancellationToken);
    }

    /// <summary>Stops what runs, and the site programs of the work that was taken back.</summary>
    public static async Task InterruptAsync(this ISchedulerFactory schedulers, JobKey key, IEnumerable<Guid> siteWork, FederationNudge nudge, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.Interrupt(key, cancellationToken);
        await schedulers.EndAsync(key, cancellationToken);
        foreach (Guid assignment in siteWork)
        {
            await nudge.InterruptSiteWorkAsync(assignment, cancellationToken);
        }
    }
}
