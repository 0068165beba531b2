using Microsoft.Extensions.Options;
using Quartz;

namespace FedPortal.Backup;

/// <summary>Makes the regular backup; of several portals one does.</summary>
[DisallowConcurrentExecution]
internal sealed class BackupJob(BackupDesk desk) : IJob
{
    public static readonly JobKey Key = new("regular", "backup");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await desk.MakeAsync("schedule", cancellationToken);
}

/// <summary>Puts the regular backup on the clock: one that fell due while no portal ran is made at once.</summary>
internal sealed class BackupSchedule(ISchedulerFactory schedulers, BackupDesk desk, IOptions<BackupOptions> options, TimeProvider clock) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        if (options.Value.Folder.Length == 0)
        {
            await scheduler.DeleteJob(BackupJob.Key, cancellationToken);
            return;
        }

        var interval = TimeSpan.FromHours(options.Value.Hours);
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset due = desk.Kept() is [var newest, ..] ? newest.LastWriteTimeUtc + interval : now;
        IJobDetail job = JobBuilder.Create<BackupJob>().WithIdentity(BackupJob.Key).StoreDurably().Build();
        ITrigger trigger = TriggerBuilder.Create().ForJob(job).WithIdentity("clock", BackupJob.Key.Group).StartAt(due > now ? due : now)
            .WithSimpleSchedule(beat => beat.WithInterval(interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)).Build();
        await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
