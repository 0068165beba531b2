using System.Text.Json;
using FedPortal.Data;
using FedPortal.Training.Protocol;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Where the set-up of a ready-made consortium stands.</summary>
/// <param name="Stage">In words for a person; null when nothing is being set up.</param>
/// <param name="Failure">Why the last one failed, or null.</param>
/// <param name="AskedAt">When the last one was asked for or first heard of after a start; null when none was since this portal began.</param>
/// <param name="EndedAt">When it ended, well or not.</param>
/// <param name="IsStopped">True when a person ended it.</param>
public sealed record ConsortiumSetupStatus(string? Stage, string? Failure, DateTimeOffset? AskedAt = null, DateTimeOffset? EndedAt = null, bool IsStopped = false);

/// <summary>Sets up five hosted institutions with data sets and a study, and starts it; on phantoms, or on the folders of a directory.</summary>
public sealed class DemonstrationConsortium
{
    private readonly ISchedulerFactory _schedulers;
    private readonly LiveUpdates _live;
    private readonly TimeProvider _clock;
    private ConsortiumSetupStatus _status = new(null, null);

    internal DemonstrationConsortium(ISchedulerFactory schedulers, LiveUpdates live, TimeProvider clock)
    {
        _schedulers = schedulers;
        _live = live;
        _clock = clock;
    }

    public ConsortiumSetupStatus Status => Volatile.Read(ref _status);

    /// <summary>Begins in the background; <see cref="Status"/> and the data sets show how far it is.</summary>
    /// <returns>False when one is already being set up.</returns>
    public async Task<bool> RequestAsync(ConsortiumPlan plan, string actor, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await _schedulers.GetScheduler(cancellationToken);
        if (await scheduler.Exists(ConsortiumSetupJob.Key, cancellationToken))
        {
            return false;
        }

        Show("waiting to begin");
        IJobDetail job = JobBuilder.Create<ConsortiumSetupJob>().WithIdentity(ConsortiumSetupJob.Key).RequestRecovery()
            .UsingJobData(ConsortiumSetupJob.PlanKey, JsonSerializer.Serialize(plan, ProtocolJson.Options))
            .UsingJobData(ConsortiumSetupJob.ActorKey, actor).Build();
        await scheduler.ScheduleJob(job, TriggerBuilder.Create().ForJob(job).StartNow().Build(), cancellationToken: cancellationToken);
        return true;
    }

    /// <summary>Ends the set-up that is under way. What it has made stays.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> TryStopAsync(string reason, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await _schedulers.GetScheduler(cancellationToken);
        if (!await scheduler.Exists(ConsortiumSetupJob.Key, cancellationToken))
        {
            return false;
        }

        Set(Ended(reason) with { IsStopped = true });
        await scheduler.Interrupt(ConsortiumSetupJob.Key, cancellationToken);
        await scheduler.DeleteJob(ConsortiumSetupJob.Key, cancellationToken);
        return true;
    }

    /// <param name="stage">Null when all is done.</param>
    internal void Show(string? stage)
    {
        DateTimeOffset asked = Status is { Stage: not null, AskedAt: { } known } ? known : _clock.GetUtcNow();
        Set(stage is null ? Ended(null) : new ConsortiumSetupStatus(stage, null, asked));
    }

    internal void Fail(string reason) => Set(Ended(reason));

    private ConsortiumSetupStatus Ended(string? failure) => new(null, failure, Status.AskedAt ?? _clock.GetUtcNow(), _clock.GetUtcNow());

    private void Set(ConsortiumSetupStatus status)
    {
        Volatile.Write(ref _status, status);
        _live.Publish(new LiveUpdate(LiveSubject.Study, Guid.Empty));
    }
}
