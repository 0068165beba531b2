using Quartz;

namespace FedPortal.Jobs.Inference;

/// <summary>At every beat: begins re-validations that are due, closes those that are measured, and looks for drift.</summary>
[DisallowConcurrentExecution]
internal sealed class InferenceWatchJob(RevalidationDriver revalidations, DriftWatch drift, ILogger<InferenceWatchJob> logger) : IJob
{
    public static JobKey Key { get; } = new("watch", "inference");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await revalidations.BeginDueAsync(cancellationToken);
            await revalidations.AdvanceAsync(cancellationToken);
            await drift.LookAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogError(failure, "The watch over released models failed; it goes on at the next beat");
        }
    }
}
