using System.Text.Json;
using FedPortal.Data;
using FedPortal.Training.Protocol;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Where the set-up of a ready-made consortium stands.</summary>
/// <param name="Stage">In words for a person; null when nothing is being set up.</param>
/// <param name="Failure">Why the last one failed, or null.</param>
public sealed record ConsortiumSetupStatus(string? Stage, string? Failure);

/// <summary>Sets up five hosted institutions with data sets and a study, and starts it; on phantoms, or on the folders of a directory.</summary>
public sealed class DemonstrationConsortium
{
    private readonly ISchedulerFactory _schedulers;
    private readonly LiveUpdates _live;
    private ConsortiumSetupStatus _status = new(null, null);

    internal DemonstrationConsortium(ISchedulerFactory schedulers, LiveUpdates live)
    {
        _schedulers = schedulers;
        _live = live;
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

    internal void Show(string? stage) => Set(new ConsortiumSetupStatus(stage, null));

    internal void Fail(string reason) => Set(new ConsortiumSetupStatus(null, reason));

    private void Set(ConsortiumSetupStatus status)
    {
        Volatile.Write(ref _status, status);
        _live.Publish(new LiveUpdate(LiveSubject.Study, Guid.Empty));
    }
}
