using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Operation;
using FedPortal.Runs;

namespace FedPortal.Jobs;

/// <summary>Comparisons among the long tasks.</summary>
internal sealed class ComparisonJobs(ComparisonStore comparisons, ComparisonSchedule schedule) : IJobSource
{
    public string Kind => "Comparison";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken) =>
    [
        .. (await comparisons.ListAsync(viewer, only, most, cancellationToken)).OrderBy(row => row.IsOver).Select(row => new JobRow(
            Kind, row.Id, $"{row.Methods} methods on {row.Subject}", JobStates.Of(row.State), row.CreatedAt, row.BegunAt, row.IsOver ? row.ChangedAt : null,
            row.State == RunState.Running ? row.Progress : null, row.State == RunState.Running ? $"{row.Method}: {row.Stage}" : row.FailureReason, Urls.ComparisonOf(row.Id), InstitutionId: null,
            MayRetry: row.State.MayRetry(), MayCancel: !row.IsOver)),
    ];

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await schedule.CancelAsync(id, actor, cancellationToken) ? null : "The comparison is over already.";

    public async Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await comparisons.FindAsync(id, cancellationToken) is not { IsFinal: true } run ? "The comparison is not over yet."
        : await schedule.StartAsync(run.Order, actor, cancellationToken) is not null ? null : "Another comparison is under way.";
}
