using FedPortal.Data;

namespace FedPortal.Jobs;

/// <summary>After Quartz runs: tests of models that a stopped or killed portal left go on.</summary>
internal sealed class ModelTestStartup(
    AttackStore attacks, AttackSchedule attackSchedule, RobustnessStore robustness, RobustnessSchedule robustnessSchedule, ILogger<ModelTestStartup> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (Guid id in await attacks.UnderWayAsync(cancellationToken))
        {
            logger.LogInformation("Attack test {Attack} goes on", id);
            await attackSchedule.BeginAsync(id, cancellationToken);
        }

        foreach (Guid id in await robustness.UnderWayAsync(cancellationToken))
        {
            logger.LogInformation("Robustness test {Test} goes on", id);
            await robustnessSchedule.BeginAsync(id, cancellationToken);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
