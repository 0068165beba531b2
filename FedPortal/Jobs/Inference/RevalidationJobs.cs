using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Operation;

namespace FedPortal.Jobs.Inference;

/// <summary>Re-validations among the long tasks.</summary>
internal sealed class RevalidationJobs(RevalidationStore checks, InferenceSchedule schedule) : IJobSource
{
    public string Kind => "Re-validation";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, int most, CancellationToken cancellationToken) =>
        [.. (await checks.ListAsync(viewer, studyId: null, version: null, most, cancellationToken)).OrderByDescending(row => row.State == RevalidationState.Running).Select(row => new JobRow(
            Kind, row.Id, $"Version {row.ModelVersion} of {row.StudyName}", StateOf(row.State), row.CreatedAt, row.CreatedAt, row.EndedAt,
            row.State == RevalidationState.Running ? (double)row.InstitutionsDone / Math.Max(1, row.Institutions) : null,
            row.State == RevalidationState.Running ? $"{row.InstitutionsDone} of {row.Institutions} institutions have measured" : row.Worse is { Length: > 0 } worse ? worse : row.Reason,
            Urls.ModelDrift(row.StudyId, row.ModelVersion), InstitutionId: null,
            MayRetry: row.State is RevalidationState.Failed or RevalidationState.Cancelled, MayCancel: row.State == RevalidationState.Running))];

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await checks.TryCancelAsync(id, actor, cancellationToken) ? null : "The re-validation is over already.";

    public async Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        RevalidationRow? row = (await checks.ListAsync(Viewer.Everything, null, null, int.MaxValue, cancellationToken)).FirstOrDefault(check => check.Id == id);
        return row is null or { State: RevalidationState.Running } ? "The re-validation is not over yet."
            : await schedule.RevalidateAsync(row.StudyId, row.ModelVersion, actor, cancellationToken) ? null : "A re-validation of this version is under way.";
    }

    private static JobState StateOf(RevalidationState state) => state switch
    {
        RevalidationState.Running => JobState.Running,
        RevalidationState.Done => JobState.Done,
        RevalidationState.Failed => JobState.Failed,
        _ => JobState.Cancelled,
    };
}
