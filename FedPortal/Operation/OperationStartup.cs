using FedPortal.Jobs;
using FedPortal.Operation.Retaining;
using FedPortal.Operation.Rules;
using Microsoft.Extensions.Options;
using Quartz;

namespace FedPortal.Operation;

/// <summary>After Quartz was built: listens for late firings, and lets the portal look after itself by the clock.</summary>
internal sealed class OperationStartup(ISchedulerFactory schedulers, SchedulerWatch watch, IOptions<AlertOptions> options) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        scheduler.ListenerManager.AddTriggerListener(watch, []);
        await schedulers.RepeatAsync<AlertWatchJob>(AlertWatchJob.Key, TimeSpan.FromSeconds(options.Value.WatchSeconds), cancellationToken);
        IJobDetail retention = JobBuilder.Create<RetentionJob>().WithIdentity(RetentionJob.Key).StoreDurably().Build();
        ITrigger nightly = TriggerBuilder.Create().ForJob(retention).WithIdentity(RetentionJob.Key.Name, RetentionJob.Key.Group)
            .WithCronSchedule(RetentionJob.Schedule, cron => cron.InTimeZone(TimeZoneInfo.Utc)).Build();
        await scheduler.ScheduleJob(retention, [nightly], ScheduleJobOptions.Replacing, cancellationToken);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
