using System.Linq.Expressions;
using FedPortal.Audit;
using FedPortal.Datasets;
using FedPortal.Training.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What the portal knows of the data sets. Images are not kept here.</summary>
public sealed class DatasetStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <param name="viewer">Sees the consortium's data sets and those of the own institution.</param>
    /// <param name="institutionId">Only this institution's, or null for all.</param>
    public async Task<IReadOnlyList<DatasetRow>> ListAsync(Viewer viewer, Guid? institutionId, CancellationToken cancellationToken)
    {
        IReadOnlyList<DatasetDetail> details = await QueryAsync(d => institutionId == null || d.InstitutionId == institutionId, withReports: false, cancellationToken);
        return [.. details.Select(detail => detail.Row).Where(row => viewer.Sees(row.InstitutionId))];
    }

    /// <summary>Ready data sets with their classes, of all institutions that the viewer sees, and the consortium's.</summary>
    public async Task<IReadOnlyList<DatasetDetail>> ListReadyAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        IReadOnlyList<DatasetDetail> ready = await QueryAsync(d => d.State == DatasetState.Ready, withReports: false, cancellationToken);
        return [.. ready.Where(detail => viewer.Sees(detail.Row.InstitutionId))];
    }

    /// <returns>Null when there is none, or when it is not for the viewer's eyes.</returns>
    public async Task<DatasetDetail?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken) =>
        await QueryAsync(d => d.Id == id, withReports: true, cancellationToken) is [var found] && viewer.Sees(found.Row.InstitutionId) ? found : null;

    /// <returns>Null when there is none, or when it is not for the viewer's eyes.</returns>
    public async Task<DatasetPlace?> PlaceAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DatasetPlace? place = await db.Datasets.Where(d => d.Id == id).Select(d => new DatasetPlace(
            d.Id, d.InstitutionId, db.Institutions.Where(i => i.Id == d.InstitutionId).Select(i => i.ShortCode).FirstOrDefault(), d.IsSynthetic, d.ContentHash))
            .SingleOrDefaultAsync(cancellationToken);
        return viewer.Sees(place?.InstitutionId) ? place : null;
    }

    internal async Task<Dataset> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Datasets.AsNoTracking().SingleAsync(d => d.Id == id, cancellationToken);
    }

    internal async Task<IReadOnlyList<Guid>> ImportingAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Datasets.Where(d => d.State == DatasetState.Importing).Select(d => d.Id).ToListAsync(cancellationToken);
    }

    internal async Task AddAsync(Dataset dataset, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Datasets.Add(dataset);
        db.AuditEntries.Add(new AuditEntry(dataset.CreatedAt, actor, "data set", dataset.Id, $"Import of '{dataset.Name}' from {dataset.Source} asked for."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Dataset, dataset.Id));
    }

    /// <summary>Images that this data set shares with other institutions' newest data sets, by keyed tags.</summary>
    /// <returns>One entry for each institution; one without a name for a viewer who may not see the others. Empty when nothing is shared or the data set is not for the viewer's eyes.</returns>
    public async Task<IReadOnlyList<SharedImages>> SharedAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = await db.Datasets.AsNoTracking().Where(d => d.State == DatasetState.Ready && !db.Datasets.Any(later => later.PreviousId == d.Id && later.State == DatasetState.Ready))
            .Select(d => new { d.Id, d.InstitutionId, d.DuplicateTags, Owner = db.Institutions.Where(i => i.Id == d.InstitutionId).Select(i => i.Name).FirstOrDefault() })
            .ToListAsync(cancellationToken);
        if (all.Find(d => d.Id == id) is not { } own || !viewer.Sees(own.InstitutionId))
        {
            return [];
        }

        return [.. all.Where(d => d.InstitutionId != own.InstitutionId)
            .GroupBy(d => viewer.Sees(d.InstitutionId) ? d.Owner ?? "Consortium" : null)
            .Select(group => new SharedImages(group.Key, group.Sum(d => DuplicateTags.Shared(own.DuplicateTags, d.DuplicateTags))))
            .Where(shared => shared.Count > 0).OrderBy(shared => shared.InstitutionName)];
    }

    /// <summary>All versions of a data set, oldest first.</summary>
    public async Task<IReadOnlyList<DatasetVersion>> VersionsAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = (await db.Datasets.OrderBy(d => d.CreatedAt).Select(d => new { d.Id, d.Version, d.PreviousId, d.InstitutionId }).ToListAsync(cancellationToken))
            .FindAll(d => viewer.Sees(d.InstitutionId));
        var later = all.ToLookup(d => d.PreviousId);
        var first = all.Find(d => d.Id == id);
        while (first?.PreviousId is { } previous && all.Find(d => d.Id == previous) is { } before)
        {
            first = before;
        }

        var versions = new List<DatasetVersion>();
        for (var row = first; row is not null; row = later[row.Id].LastOrDefault())
        {
            versions.Add(new DatasetVersion(row.Id, row.Version));
        }

        return versions;
    }

    /// <summary>Lets a ready data set take a person's decision and saves it with an audit entry.</summary>
    /// <exception cref="InvalidOperationException">The data set is not ready, or it was changed by somebody else at the same moment.</exception>
    internal async Task EditAsync(Guid id, Action<Dataset, DateTimeOffset> change, string actor, string told, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Dataset dataset = await db.Datasets.SingleAsync(d => d.Id == id, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        change(dataset, now);
        db.AuditEntries.Add(new AuditEntry(now, actor, "data set", id, told));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Dataset, id));
    }

    /// <summary>Adds the next version. The draft stays until that one is there, so that nothing is lost when it fails.</summary>
    internal async Task<Dataset> ReviseAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Dataset previous = await db.Datasets.SingleAsync(d => d.Id == id, cancellationToken);
        if (previous.Draft.Count == 0 || await db.Datasets.AnyAsync(d => d.PreviousId == id && d.State != DatasetState.Failed, cancellationToken))
        {
            throw new InvalidOperationException(
                previous.Draft.Count == 0 ? $"Nothing was changed in '{previous.Name}'." : $"A later version of '{previous.Name}' exists; change that one.");
        }

        DateTimeOffset now = clock.GetUtcNow();
        var next = new Dataset(previous, now);
        db.Datasets.Add(next);
        db.AuditEntries.Add(new AuditEntry(now, actor, "data set", next.Id, $"Version {next.Version} of '{next.Name}' asked for, with {next.Changes.Count} changes."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Dataset, id));
        live.Publish(new LiveUpdate(LiveSubject.Dataset, next.Id));
        return next;
    }

    /// <summary>Takes a data set on record that was imported elsewhere.</summary>
    /// <returns>False when there is one of this id already.</returns>
    internal async Task<bool> RegisterAsync(Dataset dataset, ImportResult result, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Datasets.AnyAsync(d => d.Id == dataset.Id, cancellationToken))
        {
            return false;
        }

        dataset.Finish(result, dataset.CreatedAt);
        db.Datasets.Add(dataset);
        db.AuditEntries.Add(new AuditEntry(dataset.CreatedAt, actor, "data set", dataset.Id, $"Registered '{dataset.Name}', {result.Classes.Sum(c => c.Total)} images that stay at the site."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Dataset, dataset.Id));
        return true;
    }

    /// <summary>Lets the data set change itself and saves that with an audit entry, or without one when there is nothing to tell.</summary>
    /// <returns>False when it is no longer importing.</returns>
    internal Task<bool> TryChangeAsync(Guid id, Action<Dataset, DateTimeOffset> change, string? told, CancellationToken cancellationToken) =>
        TryChangeAsync(id, change, "portal", told, cancellationToken);

    private async Task<bool> TryChangeAsync(Guid id, Action<Dataset, DateTimeOffset> change, string actor, string? told, CancellationToken cancellationToken)
    {
        Dataset? changed = await contexts.TryChangeAsync(async db =>
        {
            Dataset dataset = await db.Datasets.SingleAsync(d => d.Id == id, cancellationToken);
            if (dataset.State != DatasetState.Importing)
            {
                return null;
            }

            DateTimeOffset now = clock.GetUtcNow();
            change(dataset, now);
            if (told is not null)
            {
                db.AuditEntries.Add(new AuditEntry(now, actor, "data set", id, told));
            }

            return dataset;
        }, cancellationToken);
        if (changed is not null)
        {
            live.Publish(new LiveUpdate(LiveSubject.Dataset, id));
        }

        return changed is not null;
    }

    /// <summary>Ends an import in a person's name.</summary>
    /// <returns>False when it has ended already.</returns>
    internal Task<bool> TryStopImportAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        TryChangeAsync(id, (dataset, now) => dataset.Fail($"Stopped by {actor}.", now), actor, "Stopped the import.", cancellationToken);

    /// <param name="withReports">A report carries pictures and is most of a row: lists do without.</param>
    private async Task<IReadOnlyList<DatasetDetail>> QueryAsync(Expression<Func<Dataset, bool>> which, bool withReports, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Datasets.Where(which).OrderBy(d => d.CreatedAt).Select(d => new
        {
            d.Id,
            d.Name,
            d.InstitutionId,
            Owner = db.Institutions.Where(i => i.Id == d.InstitutionId).Select(i => i.Name).FirstOrDefault(),
            d.Purpose,
            d.Source,
            d.State,
            d.IsSynthetic,
            d.FilesDone,
            d.FilesTotal,
            d.RejectedCount,
            d.FailureReason,
            d.CreatedAt,
            d.ChangedAt,
            d.Version,
            d.PreviousId,
            IsNewest = !db.Datasets.Any(later => later.PreviousId == d.Id && later.State != DatasetState.Failed),
            d.SuspectCount,
            d.Terms,
            d.Classes,
            QualityReportJson = withReports ? d.QualityReportJson : null,
            SplitRecordJson = withReports ? d.SplitRecordJson : null,
            d.ContentHash,
            d.Seed,
            d.Draft,
            d.Changes,
            d.JudgedHarmless,
        }).ToListAsync(cancellationToken);
        return [.. found.Select(d => new DatasetDetail(
            new DatasetRow(
                d.Id, d.Name, d.InstitutionId, d.Owner ?? "Consortium", d.Purpose, d.Source, d.State, d.IsSynthetic, d.FilesDone, d.FilesTotal,
                ClassCount.TrainOf(d.Classes), ClassCount.HoldoutOf(d.Classes), d.RejectedCount, d.FailureReason, d.CreatedAt, d.ChangedAt, d.Version, d.PreviousId, d.IsNewest,
                d.SuspectCount - d.JudgedHarmless.Count, d.Terms),
            d.Classes, d.QualityReportJson, d.SplitRecordJson, d.ContentHash, d.Seed, d.Draft, d.Changes, d.JudgedHarmless))];
    }
}
