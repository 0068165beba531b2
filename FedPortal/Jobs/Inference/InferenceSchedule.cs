using FedPortal.Data;
using Quartz;

namespace FedPortal.Jobs.Inference;

/// <summary>Lets the watch over released models run at every beat, and at once when somebody asks for a re-validation.</summary>
internal sealed class InferenceSchedule(ISchedulerFactory schedulers, RevalidationStore checks) : IHostedLifecycleService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(20);

    /// <returns>False when one is under way for this version.</returns>
    public async Task<bool> RevalidateAsync(Guid studyId, int version, string actor, CancellationToken cancellationToken)
    {
        if (await checks.TryBeginAsync(studyId, version, actor, cancellationToken) is null)
        {
            return false;
        }

        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.TriggerJob(InferenceWatchJob.Key, cancellationToken);
        return true;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => schedulers.RepeatAsync<InferenceWatchJob>(InferenceWatchJob.Key, Beat, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
