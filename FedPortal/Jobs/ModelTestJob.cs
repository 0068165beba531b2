using Quartz;

namespace FedPortal.Jobs;

/// <summary>Moves one test of a model at every beat until it is over.</summary>
internal abstract class ModelTestJob(ISchedulerFactory schedulers, ILogger logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        JobKey key = context.JobDetail.Key;
        var id = Guid.Parse(key.Name);
        using IDisposable? scope = logger.BeginScope("{Kind} test {TestId}", key.Group, id);
        try
        {
            if (!await AdvanceAsync(id, cancellationToken))
            {
                await schedulers.EndAsync(key, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("Test {Test} ({Kind}) is interrupted: it was stopped, or the portal stops and it goes on after the next start", id, key.Group);
        }
        catch (Exception failure)
        {
            logger.LogError(LogEvents.ModelTestFailed, failure, "Test {Test} ({Kind}) failed", id, key.Group);
            await FailAsync(id, failure.Message, cancellationToken);
            await schedulers.EndAsync(key, cancellationToken);
        }
    }

    /// <returns>False when the test is over.</returns>
    protected abstract Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken);

    protected abstract Task FailAsync(Guid id, string reason, CancellationToken cancellationToken);
}
