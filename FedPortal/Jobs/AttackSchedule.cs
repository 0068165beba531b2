using FedPortal.Data;
using FedPortal.Models;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Starts and stops attack tests.</summary>
public sealed class AttackSchedule
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private readonly ISchedulerFactory _schedulers;
    private readonly AttackStore _attacks;
    private readonly FederationNudge _nudge;

    internal AttackSchedule(ISchedulerFactory schedulers, AttackStore attacks, FederationNudge nudge)
    {
        _schedulers = schedulers;
        _attacks = attacks;
        _nudge = nudge;
    }

    /// <returns>False when a test of that kind is under way for this version.</returns>
    public async Task<bool> StartAsync(Guid studyId, int version, AttackKind kind, string actor, CancellationToken cancellationToken)
    {
        if (await _attacks.TryAddAsync(studyId, version, kind, actor, cancellationToken) is not { } id)
        {
            return false;
        }

        await BeginAsync(id, cancellationToken);
        return true;
    }

    /// <returns>False when the test was over already.</returns>
    public async Task<bool> CancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        if (await _attacks.TryCancelAsync(id, actor, cancellationToken) is not { } running)
        {
            return false;
        }

        IScheduler scheduler = await _schedulers.GetScheduler(cancellationToken);
        await scheduler.Interrupt(AttackJob.KeyOf(id), cancellationToken);
        await EndAsync(id, cancellationToken);
        foreach (Guid assignment in running)
        {
            await _nudge.InterruptSiteWorkAsync(assignment, cancellationToken);
        }

        return true;
    }

    /// <summary>Lets the job run now and at every beat; also after a restart.</summary>
    internal async Task BeginAsync(Guid id, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await _schedulers.GetScheduler(cancellationToken);
        IJobDetail job = JobBuilder.Create<AttackJob>().WithIdentity(AttackJob.KeyOf(id)).StoreDurably().Build();
        ITrigger trigger = TriggerBuilder.Create().ForJob(job).WithIdentity($"{id}", AttackJob.Group).StartNow()
            .WithSimpleSchedule(beat => beat.WithInterval(Beat).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)).Build();
        await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
    }

    internal async Task EndAsync(Guid id, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await _schedulers.GetScheduler(cancellationToken);
        await scheduler.DeleteJob(AttackJob.KeyOf(id), cancellationToken);
    }
}
