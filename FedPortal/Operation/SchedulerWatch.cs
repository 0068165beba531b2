using Quartz;

namespace FedPortal.Operation;

/// <summary>Says how the scheduler is, and counts the firings that came too late.</summary>
public sealed class SchedulerWatch(ISchedulerFactory schedulers, TimeProvider clock) : ITriggerListener
{
    private const int NearestFirings = 8;
    private readonly Lock _gate = new();
    private int _late;
    private DateTimeOffset? _lastLate;

    public string Name => "lateness";

    public async Task<SchedulerView> ReadAsync(CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        SchedulerMetadata facts = await scheduler.GetMetadata(cancellationToken);
        if (facts.Status is not (SchedulerStatus.Running or SchedulerStatus.Standby))
        {
            return new SchedulerView(false, facts.RunningSince, facts.JobsExecuted, facts.ThreadPoolSize, [], _late, _lastLate, 0, []);
        }

        IReadOnlyList<TriggerHeader> triggers = (await scheduler.QueryTriggers(new TriggerQuery(), cancellationToken)).Items;
        IReadOnlyList<FireInstance> firing = (await scheduler.QueryFireInstances(new FireInstanceQuery(), cancellationToken)).Items;
        lock (_gate)
        {
            return new SchedulerView(
                facts.Status == SchedulerStatus.Running, facts.RunningSince, facts.JobsExecuted, facts.ThreadPoolSize,
                [.. firing.Where(one => one.State == FireInstanceState.Executing && one.JobKey is not null).Select(one => new ScheduledWork(one.JobKey!.Group, one.JobKey.Name, one.FireTimeUtc))],
                _late, _lastLate, triggers.Count(trigger => trigger.State == TriggerState.Error),
                [.. triggers.Where(trigger => trigger.NextFireTimeUtc is not null).OrderBy(trigger => trigger.NextFireTimeUtc).Take(NearestFirings)
                    .Select(trigger => new ScheduledWork(trigger.JobKey.Group, trigger.JobKey.Name, trigger.NextFireTimeUtc!.Value))]);
        }
    }

    public ValueTask TriggerMisfired(ITrigger trigger, IScheduler scheduler, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            (_late, _lastLate) = (_late + 1, clock.GetUtcNow());
        }

        return ValueTask.CompletedTask;
    }
}
