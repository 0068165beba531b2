using FedPortal.Comparisons;
using FedPortal.Data;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Starts and stops comparisons.</summary>
internal sealed class ComparisonSchedule(ISchedulerFactory schedulers, ComparisonStore comparisons, FederationNudge nudge, ILogger<ComparisonSchedule> logger)
    : RunSchedule<ComparisonRun, ComparisonJob>("comparison", schedulers, comparisons, nudge, logger)
{
    private readonly ComparisonStore _comparisons = comparisons;

    /// <returns>Its id, or null when another comparison is under way.</returns>
    /// <exception cref="ArgumentException">The order has problems.</exception>
    public async Task<Guid?> StartAsync(ComparisonOrder order, string actor, CancellationToken cancellationToken) =>
        await BeginAsync(await _comparisons.TryAddAsync(order, actor, cancellationToken), cancellationToken);
}
