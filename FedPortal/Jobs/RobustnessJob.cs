using FedPortal.Data;
using FedPortal.Models;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Moves one robustness test.</summary>
[DisallowConcurrentExecution]
internal sealed class RobustnessJob(RobustnessDriver driver, RobustnessStore store, ISchedulerFactory schedulers, ILogger<RobustnessJob> logger)
    : RunJob<RobustnessRun>(store, schedulers, LogEvents.ModelTestFailed, logger)
{
    protected override Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken) => driver.AdvanceAsync(id, cancellationToken);
}
