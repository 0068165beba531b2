using FedPortal.Data;
using FedPortal.Jobs;

namespace FedPortal.Web;

/// <summary>With <c>--demo</c>, a portal that has no study yet sets the demonstration up as soon as it listens.</summary>
internal sealed class DemonstrationAtStart(DemonstrationConsortium demonstration, StudyStore studies, IHostApplicationLifetime lifetime) : BackgroundService
{
    public const string Option = "--demo";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using CancellationTokenRegistration onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        if ((await studies.ListAsync(stoppingToken)).Count == 0)
        {
            await demonstration.RequestAsync(ConsortiumPlan.Demonstration(), "start-up", stoppingToken);
        }
    }
}
