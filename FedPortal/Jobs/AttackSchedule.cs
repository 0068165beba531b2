using FedPortal.Data;
using FedPortal.Models;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Starts and stops attack tests.</summary>
public sealed class AttackSchedule
{
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

        await _schedulers.InterruptAsync(AttackJob.KeyOf(id), running, _nudge, cancellationToken);
        return true;
    }

    /// <summary>Lets the job run now and at every beat; also after a restart.</summary>
    internal Task BeginAsync(Guid id, CancellationToken cancellationToken) => _schedulers.BeginAsync<AttackJob>(AttackJob.KeyOf(id), cancellationToken);
}
