using System.Linq.Expressions;
using FedPortal.Audit;
using FedPortal.Datasets;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What the portal knows of the data sets. Images are not kept here.</summary>
public sealed class DatasetStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <param name="viewer">Sees the consortium's data sets and those of the own institution.</param>
    /// <param name="institutionId">Only this institution's, or null for all.</param>
    public async Task<IReadOnlyList<DatasetRow>> ListAsync(Viewer viewer, Guid? institutionId, CancellationToken cancellationToken)
    {
        IReadOnlyList<DatasetDetail> details = await QueryAsync(d => institutionId == null || d.InstitutionId == institutionId, cancellationToken);
        return [.. details.Select(detail => detail.Row).Where(row => viewer.Sees(row.InstitutionId))];
    }

    /// <returns>Null when there is none, or when it is not for the viewer's eyes.</returns>
    public async Task<DatasetDetail?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken) =>
        await QueryAsync(d => d.Id == id, cancellationToken) is [var found] && viewer.Sees(found.Row.InstitutionId) ? found : null;

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
    internal async Task<bool> TryChangeAsync(Guid id, Action<Dataset, DateTimeOffset> change, string? told, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Dataset dataset = await db.Datasets.SingleAsync(d => d.Id == id, cancellationToken);
        if (dataset.State != DatasetState.Importing)
        {
            return false;
        }

        DateTimeOffset now = clock.GetUtcNow();
        change(dataset, now);
        if (told is not null)
        {
            db.AuditEntries.Add(new AuditEntry(now, "portal", "data set", id, told));
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }

        live.Publish(new LiveUpdate(LiveSubject.Dataset, id));
        return true;
    }

    private async Task<IReadOnlyList<DatasetDetail>> QueryAsync(Expression<Func<Dataset, bool>> which, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Datasets.AsNoTracking().Where(which).OrderBy(d => d.CreatedAt)
            .GroupJoin(db.Institutions, d => d.InstitutionId, i => i.Id, (d, owners) => new { Dataset = d, Owners = owners })
            .SelectMany(x => x.Owners.DefaultIfEmpty(), (x, owner) => new { x.Dataset, Owner = owner == null ? null : owner.Name })
            .ToListAsync(cancellationToken);
        return [.. found.Select(x => DetailOf(x.Dataset, x.Owner ?? "Consortium"))];
    }

    private static DatasetDetail DetailOf(Dataset d, string owner) => new(
        new DatasetRow(
            d.Id, d.Name, d.InstitutionId, owner, d.Purpose, d.Source, d.State, d.IsSynthetic, d.FilesDone, d.FilesTotal,
            d.TrainCount, d.HoldoutCount, d.RejectedCount, d.FailureReason, d.CreatedAt, d.ChangedAt),
        d.Classes, d.QualityReportJson, d.SplitRecordJson, d.ContentHash, d.Seed);
}
