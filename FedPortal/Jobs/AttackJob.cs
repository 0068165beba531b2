using FedPortal.Data;
using FedPortal.Models;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Moves one attack test.</summary>
[DisallowConcurrentExecution]
internal sealed class AttackJob(AttackDriver driver, AttackStore attacks, ISchedulerFactory schedulers, ILogger<AttackJob> logger)
    : RunJob<AttackRun>(attacks, schedulers, LogEvents.ModelTestFailed, logger)
{
    protected override Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken) => driver.AdvanceAsync(id, cancellationToken);
}
