using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Runs;
using FedPortal.Training.Comparison;
using FedPortal.Training.Protocol;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Runs one comparison.</summary>
[DisallowConcurrentExecution]
internal sealed class ComparisonJob(ComparisonStore comparisons, ComparisonProcess process, ISchedulerFactory schedulers, ILogger<ComparisonJob> logger)
    : RunJob<ComparisonRun>(comparisons, schedulers, LogEvents.ComparisonFailed, logger)
{
    private readonly ComparisonStore _comparisons = comparisons;

    protected override async Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken)
    {
        await _comparisons.TryBeginAsync(id, cancellationToken);
        if (await _comparisons.FindAsync(id, cancellationToken) is { State: RunState.Running } run)
        {
            FaultPoint.Reach("portal:comparing");
            ComparisonReport report = await process.RunAsync(run, ShowAsync, cancellationToken);
            await _comparisons.TryFinishAsync(id, report, cancellationToken);
            process.Clear(id);
        }

        return false;

        Task<bool> ShowAsync(string method, string stage, double fraction, ComparisonReport? finished)
        {
            if (finished is { Results.Count: > 0 })
            {
                FaultPoint.Reach("portal:compared");
            }

            return _comparisons.TryShowAsync(id, method, stage, fraction, finished, cancellationToken);
        }
    }

    protected override Task LeaveAsync(Guid id, CancellationToken cancellationToken) =>
        _comparisons.TryShowAsync(id, "", "", 0, process.Finished(id), cancellationToken);
}
