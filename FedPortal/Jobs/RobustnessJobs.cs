using System.Globalization;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Operation;
using FedPortal.Runs;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Jobs;

/// <summary>Robustness tests among the long tasks.</summary>
internal sealed class RobustnessJobs(IDbContextFactory<FedPortalDbContext> contexts, RobustnessStore store, RobustnessSchedule schedule) : IJobSource
{
    public string Kind => "Robustness test";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.RobustnessRuns.Where(r => only == null || r.Id == only)
            .OrderByDescending(r => r.State == RunState.Running || r.State == RunState.Waiting).ThenByDescending(r => r.CreatedAt).ThenByDescending(r => r.Id).Take(most)
            .Select(r => new
            {
                r.Id,
                r.StudyId,
                r.ModelVersion,
                r.Test,
                r.Target,
                r.State,
                r.Stage,
                r.Progress,
                r.FailureReason,
                r.CreatedAt,
                r.ChangedAt,
                Study = db.Studies.Where(s => s.Id == r.StudyId).Select(s => s.Name).First(),
            }).ToListAsync(cancellationToken);
        return [.. found.Select(r => new JobRow(
            Kind, r.Id, string.Create(CultureInfo.InvariantCulture, $"{RobustnessNames.Of(r.Test)} on {RobustnessNames.Of(r.Target)}: {r.Study}, version {r.ModelVersion}"),
            JobStates.Of(r.State), r.CreatedAt, StartedAt: null, r.State.IsFinal() ? r.ChangedAt : null, r.State == RunState.Running ? r.Progress : null,
            r.State switch
            {
                RunState.Running => r.Stage.Length > 0 ? r.Stage : null,
                RunState.Failed or RunState.Cancelled => viewer.SeesAll ? r.FailureReason : null,
                _ => null,
            },
            Urls.Robustness(r.StudyId, r.ModelVersion), InstitutionId: null, MayRetry: r.State.MayRetry(), MayCancel: !r.State.IsFinal()))];
    }

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await schedule.CancelAsync(id, actor, cancellationToken) ? null : "The test was over already.";

    /// <summary>The same plan on the same images, as a new test.</summary>
    public async Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is not { } run ? "There is no such test."
        : !run.IsFinal ? "The test is not over yet."
        : await schedule.StartAsync(run.StudyId, run.ModelVersion, run.Plan, run.Target, run.Phantoms, actor, cancellationToken);
}
