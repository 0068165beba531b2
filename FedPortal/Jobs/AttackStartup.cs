using FedPortal.Data;

namespace FedPortal.Jobs;

/// <summary>After Quartz runs: attack tests that a stopped or killed portal left go on.</summary>
internal sealed class AttackStartup(AttackStore attacks, AttackSchedule schedule, ILogger<AttackStartup> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (Guid id in await attacks.UnderWayAsync(cancellationToken))
        {
            logger.LogInformation("Attack test {Attack} goes on", id);
            await schedule.BeginAsync(id, cancellationToken);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
