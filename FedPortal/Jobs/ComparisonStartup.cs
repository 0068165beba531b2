using FedPortal.Data;

namespace FedPortal.Jobs;

/// <summary>After Quartz runs: comparisons that a stopped or killed portal left go on.</summary>
internal sealed class ComparisonStartup(ComparisonStore comparisons, ComparisonSchedule schedule, ILogger<ComparisonStartup> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (Guid id in await comparisons.UnderWayAsync(cancellationToken))
        {
            logger.LogInformation("Comparison {Comparison} goes on", id);
            await schedule.BeginAsync(id, cancellationToken);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
