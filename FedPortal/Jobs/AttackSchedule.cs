using FedPortal.Data;
using FedPortal.Models;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Starts and stops attack tests.</summary>
internal sealed class AttackSchedule(ISchedulerFactory schedulers, AttackStore attacks, FederationNudge nudge, ILogger<AttackSchedule> logger)
    : RunSchedule<AttackRun, AttackJob>("attack", schedulers, attacks, nudge, logger)
{
    private readonly AttackStore _attacks = attacks;

    /// <returns>False when a test of that kind is under way for this version.</returns>
    public async Task<bool> StartAsync(Guid studyId, int version, AttackKind kind, string actor, CancellationToken cancellationToken) =>
        await BeginAsync(await _attacks.TryAddAsync(studyId, version, kind, actor, cancellationToken), cancellationToken) is not null;
}
