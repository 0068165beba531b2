using FedPortal.Data;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Moves one robustness test.</summary>
[DisallowConcurrentExecution]
internal sealed class RobustnessJob(RobustnessDriver driver, RobustnessStore store, ISchedulerFactory schedulers, ILogger<RobustnessJob> logger) : ModelTestJob(schedulers, logger)
{
    public const string Group = "robustness";

    public static JobKey KeyOf(Guid id) => new($"{id}", Group);

    protected override Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken) => driver.AdvanceAsync(id, cancellationToken);

    protected override Task FailAsync(Guid id, string reason, CancellationToken cancellationToken) => store.TryFailAsync(id, reason, cancellationToken);
}
