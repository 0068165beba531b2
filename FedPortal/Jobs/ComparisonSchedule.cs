using FedPortal.Comparisons;
using FedPortal.Data;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Starts and stops comparisons.</summary>
public sealed class ComparisonSchedule
{
    private readonly ISchedulerFactory _schedulers;
    private readonly ComparisonStore _comparisons;

    internal ComparisonSchedule(ISchedulerFactory schedulers, ComparisonStore comparisons)
    {
        _schedulers = schedulers;
        _comparisons = comparisons;
    }

    /// <returns>Its id, or null when another comparison is under way.</returns>
    /// <exception cref="ArgumentException">The order has problems.</exception>
    public async Task<Guid?> StartAsync(ComparisonOrder order, string actor, CancellationToken cancellationToken)
    {
        if (await _comparisons.TryAddAsync(order, actor, cancellationToken) is not { } id)
        {
            return null;
        }

        await BeginAsync(id, cancellationToken);
        return id;
    }

    /// <returns>False when it was over already.</returns>
    public async Task<bool> CancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        if (!await _comparisons.TryCancelAsync(id, actor, cancellationToken))
        {
            return false;
        }

        IScheduler scheduler = await _schedulers.GetScheduler(cancellationToken);
        await scheduler.Interrupt(ComparisonJob.KeyOf(id), cancellationToken);
        return true;
    }

    /// <summary>Lets the job run now; also after a restart.</summary>
    internal async Task BeginAsync(Guid id, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await _schedulers.GetScheduler(cancellationToken);
        IJobDetail job = JobBuilder.Create<ComparisonJob>().WithIdentity(ComparisonJob.KeyOf(id)).Build();
        ITrigger trigger = TriggerBuilder.Create().ForJob(job).WithIdentity($"{id}", ComparisonJob.Group).StartNow().Build();
        await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
    }
}
