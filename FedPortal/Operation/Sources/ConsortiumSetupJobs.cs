using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Jobs;

namespace FedPortal.Operation.Sources;

/// <summary>The set-up of a ready-made consortium: at most one, and the last one only as long as the portal runs. What it made stays on record by itself.</summary>
internal sealed class ConsortiumSetupJobs(DemonstrationConsortium consortium, AuditStore audit) : IJobSource
{
    private static readonly Guid TheOnly = new("5e7b0000-0000-4000-8000-000000000001");

    public string Kind => "Consortium set-up";

    public Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
    {
        ConsortiumSetupStatus status = consortium.Status;
        IReadOnlyList<JobRow> rows = status.AskedAt is not { } asked || most < 1 || (only ?? TheOnly) != TheOnly || !viewer.SeesAll ? [] :
        [
            new JobRow(
                Kind, TheOnly, "Institutions, data sets and a study from a plan", StateOf(status), asked, asked, status.EndedAt, Progress: null, status.Stage ?? status.Failure,
                Urls.Studies, InstitutionId: null, MayRetry: false, MayCancel: status.Stage is not null),
        ];
        return Task.FromResult(rows);
    }

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        if (id != TheOnly || !await consortium.TryStopAsync($"Stopped by {actor}.", cancellationToken))
        {
            return "Nothing is being set up.";
        }

        await audit.TellAsync(actor, "consortium", null, "The set-up of the consortium was stopped. What it had made stays.", cancellationToken);
        return null;
    }

    public Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        Task.FromResult<string?>("Start it again on the overview: every step looks first whether it was done.");

    private static JobState StateOf(ConsortiumSetupStatus status) =>
        status.Stage is not null ? JobState.Running : status.IsStopped ? JobState.Cancelled : status.Failure is not null ? JobState.Failed : JobState.Done;
}
