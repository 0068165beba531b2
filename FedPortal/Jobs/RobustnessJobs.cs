using System.Globalization;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Operation;

namespace FedPortal.Jobs;

/// <summary>Robustness tests among the long tasks.</summary>
internal sealed class RobustnessJobs(RobustnessStore store, RobustnessSchedule schedule) : IJobSource
{
    public string Kind => "Robustness test";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, int most, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(most, cancellationToken)).Select(row => RowOf(row.Run, row.Study, viewer))];

    public Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) => schedule.CancelAsync(id, actor, cancellationToken);

    /// <summary>The same plan on the same images, as a new test.</summary>
    public async Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is not { } run ? "There is no such test."
        : !run.IsFinal ? "The test is not over yet."
        : await schedule.StartAsync(run.StudyId, run.ModelVersion, run.Plan, run.Target, run.Phantoms, actor, cancellationToken);

    private JobRow RowOf(RobustnessRun run, string study, Viewer viewer) => new(
        Kind, run.Id, string.Create(CultureInfo.InvariantCulture, $"{RobustnessNames.Of(run.Test)} on {RobustnessNames.Of(run.Target)}: {study}, version {run.ModelVersion}"),
        StateOf(run.State), run.CreatedAt, StartedAt: null, run.IsFinal ? run.ChangedAt : null, run.State == AttackState.Running ? run.Progress : null,
        run.State switch
        {
            AttackState.Running => run.Stage.Length > 0 ? run.Stage : null,
            AttackState.Failed or AttackState.Cancelled => viewer.SeesAll ? run.FailureReason : null,
            _ => null,
        },
        Urls.Robustness(run.StudyId, run.ModelVersion), InstitutionId: null, MayRetry: run.State is AttackState.Failed or AttackState.Cancelled, MayCancel: !run.IsFinal);

    private static JobState StateOf(AttackState state) => state switch
    {
        AttackState.Waiting => JobState.Queued,
        AttackState.Running => JobState.Running,
        AttackState.Done => JobState.Done,
        AttackState.Failed => JobState.Failed,
        _ => JobState.Cancelled,
    };
}
