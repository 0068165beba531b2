using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Jobs;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation.Sources;

/// <summary>Imports of data sets into this portal. What a hospital imports at its own site is not the portal's to show.</summary>
internal sealed class DatasetImportJobs(
    IDbContextFactory<FedPortalDbContext> contexts, DatasetStore datasets, DatasetImporter importer, DatasetIntake intake, FederationNudge nudge) : IJobSource
{
    public string Kind => "Data-set import";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
    {
        Guid[] own = [.. viewer.InstitutionIds];
        bool seesAll = viewer.SeesAll;
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Datasets.Where(d => (only == null || d.Id == only) && d.Source != DatasetSource.Site && (seesAll || d.InstitutionId == null || own.Contains(d.InstitutionId.Value)))
            .OrderByDescending(d => d.State == DatasetState.Importing).ThenByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Take(most)
            .Select(d => new
            {
                d.Id,
                d.Name,
                d.Version,
                d.InstitutionId,
                d.Source,
                d.State,
                d.FilesDone,
                d.FilesTotal,
                d.FailureReason,
                d.CreatedAt,
                d.ChangedAt,

                // The portal itself writes one entry about a data set: that its import has ended.
                EndedAt = db.AuditEntries.Where(e => e.SubjectId == d.Id && e.Subject == "data set" && e.Actor == "portal").Min(e => (DateTimeOffset?)e.At),
            }).ToListAsync(cancellationToken);
        return [.. found.Select(d =>
        {
            DateTimeOffset? begun = d.State == DatasetState.Importing ? importer.BegunAt(d.Id) : null;
            return new JobRow(
                Kind, d.Id, d.Version > 1 ? $"{d.Name}, version {d.Version}" : d.Name, StateOf(d.State, begun), d.CreatedAt, begun,
                d.State == DatasetState.Importing ? null : d.EndedAt ?? d.ChangedAt,
                d.State == DatasetState.Importing && d.FilesTotal > 0 ? (double)d.FilesDone / d.FilesTotal : null,
                d.FailureReason ?? (d.FilesTotal > 0 ? $"{d.FilesDone} of {d.FilesTotal} files" : null), Urls.Dataset(d.Id), d.InstitutionId,
                MayRetry: d.State == DatasetState.Failed && IsStillThere(d.Source), MayCancel: d.State == DatasetState.Importing);
        })];
    }

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        if (!await datasets.TryStopImportAsync(id, actor, cancellationToken))
        {
            return "The import has ended already.";
        }

        await nudge.InterruptImportAsync(id, cancellationToken);
        return null;
    }

    /// <summary>A new data set from the same place: the failed one stays on record.</summary>
    public async Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        Dataset failed = await datasets.GetAsync(id, cancellationToken);
        if (failed.State != DatasetState.Failed || !IsStillThere(failed.Source))
        {
            return failed.State != DatasetState.Failed ? "Only a failed import can be done again." : "An upload is deleted when its import ends: upload the images again.";
        }

        switch (failed.Source)
        {
            case DatasetSource.Revision:
                await intake.ReviseAsync(failed.PreviousId!.Value, actor, cancellationToken);
                break;
            case DatasetSource.Phantoms:
                await intake.FromPhantomsAsync(failed.Name, failed.InstitutionId, failed.Location, failed.Hospital, failed.Seed, actor, cancellationToken);
                break;
            default:
                await intake.FromFolderAsync(failed.Name, failed.InstitutionId, failed.Location, failed.Hospital, failed.Seed, actor, cancellationToken);
                break;
        }

        return null;
    }

    private static bool IsStillThere(DatasetSource source) => source is DatasetSource.Folder or DatasetSource.Phantoms or DatasetSource.Revision;

    private static JobState StateOf(DatasetState state, DateTimeOffset? begun) => state switch
    {
        DatasetState.Ready => JobState.Done,
        DatasetState.Failed => JobState.Failed,
        _ => begun is null ? JobState.Queued : JobState.Running,
    };
}
