using Quartz;

namespace FedPortal.Jobs;

/// <summary>Lets a job run by the clock.</summary>
internal static class SchedulerBeat
{
    /// <summary>Runs the job now and at every beat, until it is deleted; also after a restart. A firing that came too late is left out.</summary>
    public static async Task RepeatAsync<TJob>(this ISchedulerFactory schedulers, JobKey key, TimeSpan every, CancellationToken cancellationToken)
        where TJob : class, IJob
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        IJobDetail job = JobBuilder.Create<TJob>().WithIdentity(key).StoreDurably().Build();
        ITrigger trigger = TriggerBuilder.Create().ForJob(job).WithIdentity(key.Name, key.Group).StartNow()
            .WithSimpleSchedule(beat => beat.WithInterval(every).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)).Build();
        await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
    }

    /// <summary>No further beat of a job.</summary>
    public static async Task EndAsync(this ISchedulerFactory schedulers, JobKey key, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        try
        {
            await scheduler.DeleteJob(key, cancellationToken);
        }
        catch (SchedulerException)
        {
            // A run that is stopped just as it ends is ended twice at once.
            if (await scheduler.Exists(key, cancellationToken))
            {
                throw;
            }
        }
    }
}
