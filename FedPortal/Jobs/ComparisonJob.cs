using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Training.Comparison;
using FedPortal.Training.Protocol;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Runs one comparison; one that a stopped portal left goes on where it was.</summary>
[DisallowConcurrentExecution]
internal sealed class ComparisonJob(ComparisonStore comparisons, ComparisonProcess process, ILogger<ComparisonJob> logger) : IJob
{
    public const string Group = "comparison";

    public static JobKey KeyOf(Guid id) => new($"{id}", Group);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var id = Guid.Parse(context.JobDetail.Key.Name);
        try
        {
            await comparisons.TryBeginAsync(id, cancellationToken);
            if (await comparisons.FindAsync(id, cancellationToken) is not { State: ComparisonState.Running } run)
            {
                return;
            }

            FaultPoint.Reach("portal:comparing");
            ComparisonReport report = await process.RunAsync(
                run, (method, stage, fraction, finished) => comparisons.TryShowAsync(id, method, stage, fraction, finished, cancellationToken), cancellationToken);
            await comparisons.TryFinishAsync(id, report, cancellationToken);
            process.Clear(id);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("Comparison {Comparison} is interrupted: it was stopped, or the portal stops and it goes on after the next start", id);
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Comparison {Comparison} failed", id);
            await comparisons.TryShowAsync(id, "", "", 0, process.Finished(id), cancellationToken);
            await comparisons.TryFailAsync(id, failure.Message, cancellationToken);
        }
    }
}
