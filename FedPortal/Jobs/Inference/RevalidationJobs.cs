using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Operation;

namespace FedPortal.Jobs.Inference;

/// <summary>Re-validations among the long tasks.</summary>
internal sealed class RevalidationJobs(RevalidationStore checks, InferenceSchedule schedule) : IJobSource
{
    public string Kind => "Re-validation";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken) =>
        [.. (await checks.ListAsync(viewer, only, most, cancellationToken)).Select(row => new JobRow(
            Kind, row.Id, $"Version {row.ModelVersion} of {row.StudyName}", StateOf(row.State), row.CreatedAt, row.CreatedAt, row.EndedAt,
            row.State == RevalidationState.Running ? (double)row.InstitutionsDone / Math.Max(1, row.Institutions) : null,
            row.State == RevalidationState.Running ? $"{row.InstitutionsDone} of {row.Institutions} institutions have measured" : row.Worse is { Length: > 0 } worse ? worse : row.Reason,
            Urls.ModelDrift(row.StudyId, row.ModelVersion), InstitutionId: null,
            MayRetry: row.State is RevalidationState.Failed or RevalidationState.Cancelled, MayCancel: row.State == RevalidationState.Running))];

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await checks.TryCancelAsync(id, actor, cancellationToken) ? null : "The re-validation is over already.";

    public async Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await checks.FindAsync(id, cancellationToken) is not { IsFinal: true } check ? "The re-validation is not over yet."
        : await schedule.RevalidateAsync(check.StudyId, check.ModelVersion, actor, cancellationToken) ? null : "A re-validation of this version is under way.";

    private static JobState StateOf(RevalidationState state) => state switch
    {
        RevalidationState.Running => JobState.Running,
        RevalidationState.Done => JobState.Done,
        RevalidationState.Failed => JobState.Failed,
        _ => JobState.Cancelled,
    };
}
