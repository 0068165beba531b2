using FedPortal.Data;
using FedPortal.Runs;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Moves one long run at every beat until it is over. One that a stopped or killed portal left goes on where it was.</summary>
/// <param name="failed">The log's event for a run that failed.</param>
internal abstract class RunJob<TRun>(RunStore<TRun> runs, ISchedulerFactory schedulers, EventId failed, ILogger logger) : IJob
    where TRun : LongRun
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        JobKey key = context.JobDetail.Key;
        var id = Guid.Parse(key.Name);
        using IDisposable? scope = logger.BeginScope("{Kind} run {RunId}", key.Group, id);
        try
        {
            if (await AdvanceAsync(id, cancellationToken))
            {
                return;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("Run {Run} ({Kind}) is interrupted: it was stopped, or the portal stops and it goes on after the next start", id, key.Group);
            return;
        }
        catch (Exception failure)
        {
            logger.LogError(failed, failure, "Run {Run} ({Kind}) failed", id, key.Group);
            await LeaveAsync(id, cancellationToken);
            await runs.TryFailAsync(id, failure.Message, cancellationToken);
        }

        await schedulers.EndAsync(key, cancellationToken);
    }

    /// <returns>False when the run is over.</returns>
    protected abstract Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Stores what is finished of a run that failed.</summary>
    protected virtual Task LeaveAsync(Guid id, CancellationToken cancellationToken) => Task.CompletedTask;
}
