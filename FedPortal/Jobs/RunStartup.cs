namespace FedPortal.Jobs;

/// <summary>After Quartz runs: long runs that a stopped or killed portal left go on.</summary>
internal sealed class RunStartup(IEnumerable<IRunSchedule> schedules) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (IRunSchedule schedule in schedules)
        {
            await schedule.ResumeAsync(cancellationToken);
        }
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
