using FedPortal.Data;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Moves one attack test.</summary>
[DisallowConcurrentExecution]
internal sealed class AttackJob(AttackDriver driver, AttackStore attacks, ISchedulerFactory schedulers, ILogger<AttackJob> logger) : ModelTestJob(schedulers, logger)
{
    public const string Group = "attack";

    public static JobKey KeyOf(Guid id) => new($"{id}", Group);

    protected override Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken) => driver.AdvanceAsync(id, cancellationToken);

    protected override Task FailAsync(Guid id, string reason, CancellationToken cancellationToken) => attacks.TryFailAsync(id, reason, cancellationToken);
}
