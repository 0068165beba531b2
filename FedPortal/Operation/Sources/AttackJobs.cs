using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Models;
using FedPortal.Runs;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation.Sources;

/// <summary>Attack tests of model versions.</summary>
internal sealed class AttackJobs(IDbContextFactory<FedPortalDbContext> contexts, AttackStore attacks, AttackSchedule schedule) : IJobSource
{
    public string Kind => "Attack test";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.AttackRuns.Where(r => only == null || r.Id == only)
            .OrderByDescending(r => r.State == RunState.Running || r.State == RunState.Waiting).ThenByDescending(r => r.CreatedAt).ThenByDescending(r => r.Id).Take(most)
            .Select(r => new
            {
                r.Id,
                r.StudyId,
                r.ModelVersion,
                r.Kind,
                r.State,
                r.Stage,
                r.Progress,
                r.FailureReason,
                r.CreatedAt,
                r.ChangedAt,
                Study = db.Studies.Where(s => s.Id == r.StudyId).Select(s => s.Name).First(),
            }).ToListAsync(cancellationToken);

        // A test begins within a beat of being asked for. Reasons name institutions, so they are for those who see all.
        return [.. found.Select(r => new JobRow(
            Kind, r.Id, $"{AttackNames.Of(r.Kind)}, version {r.ModelVersion} of {r.Study}", JobStates.Of(r.State), r.CreatedAt, r.State == RunState.Waiting ? null : r.CreatedAt,
            r.State.IsFinal() ? r.ChangedAt : null, r.State == RunState.Running ? r.Progress : null,
            r.State == RunState.Running ? r.Stage : viewer.SeesAll ? r.FailureReason : null, Urls.Model(r.StudyId, r.ModelVersion), InstitutionId: null,
            MayRetry: r.State.MayRetry(), MayCancel: !r.State.IsFinal()))];
    }

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await schedule.CancelAsync(id, actor, cancellationToken) ? null : "The test is over already.";

    public async Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await attacks.FindAsync(id, cancellationToken) is not { IsFinal: true } run ? "The test is not over yet."
        : await schedule.StartAsync(run.StudyId, run.ModelVersion, run.Kind, actor, cancellationToken) ? null : "A test of that kind is under way for this version.";
}
