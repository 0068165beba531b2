using System.Text.Json;
using FedPortal.Audit;
using FedPortal.Comparisons;
using FedPortal.Datasets;
using FedPortal.Training.Comparison;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Comparisons. Every change but progress is saved with its audit entry.</summary>
public sealed class ComparisonStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>The newest first. Synthetic images are everybody's; a comparison on data sets is for those who see all and for the institutions in it.</summary>
    public async Task<IReadOnlyList<ComparisonRunRow>> ListAsync(Viewer viewer, int most, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<ComparisonRun> runs = await db.ComparisonRuns.AsNoTracking().OrderByDescending(r => r.CreatedAt).Take(most).ToListAsync(cancellationToken);
        return [.. runs.Where(run => Sees(viewer, run)).Select(run => RowOf(viewer, run))];
    }

    /// <returns>Null when there is no such comparison, or the viewer may not see it.</returns>
    public async Task<ComparisonDetail?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        ComparisonRun? run = await FindAsync(id, cancellationToken);
        return run is null || !Sees(viewer, run) ? null : viewer.Narrow(new ComparisonDetail(RowOf(viewer, run), run.Order, ReportOf(run)));
    }

    /// <summary>Ready data sets that lie at this portal, newest of each institution first: synthetic ones, and patients' whose terms of use are valid and that have been reviewed.</summary>
    public async Task<IReadOnlyList<ComparisonChoice>> ChoicesAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        var found = await db.Datasets.AsNoTracking()
            .Where(d => d.State == DatasetState.Ready && d.Source != DatasetSource.Site && d.Purpose == DatasetPurpose.Institution && d.InstitutionId != null)
            .Join(db.Institutions, d => d.InstitutionId, i => i.Id, (d, i) => new { Dataset = d, i.Name, i.ShortCode })
            .OrderBy(pair => pair.Name).ThenByDescending(pair => pair.Dataset.CreatedAt).ToListAsync(cancellationToken);
        HashSet<Guid> replaced = [.. found.Select(pair => pair.Dataset.PreviousId).OfType<Guid>()];
        return
        [
            .. found.Where(pair => viewer.Sees(pair.Dataset.InstitutionId) && !replaced.Contains(pair.Dataset.Id) && MayBeUsed(pair.Dataset, now)).Select(pair => new ComparisonChoice(
                new ComparisonSite(pair.Dataset.InstitutionId!.Value, pair.Name, pair.ShortCode, pair.Dataset.Id, pair.Dataset.Name, pair.Dataset.IsSynthetic),
                pair.Dataset.TrainCount,
                pair.Dataset.HoldoutCount)),
        ];
    }

    internal async Task<ComparisonRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ComparisonRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    /// <summary>Comparisons that a stopped portal left under way.</summary>
    internal async Task<IReadOnlyList<Guid>> UnderWayAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ComparisonRuns.Where(r => r.State == ComparisonState.Waiting || r.State == ComparisonState.Running).Select(r => r.Id).ToListAsync(cancellationToken);
    }

    /// <returns>Its id, or null when another one is under way: one fills the machine.</returns>
    internal async Task<Guid?> TryAddAsync(ComparisonOrder order, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.ComparisonRuns.AnyAsync(r => r.State == ComparisonState.Waiting || r.State == ComparisonState.Running, cancellationToken))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        var run = new ComparisonRun(order, actor, now);
        db.ComparisonRuns.Add(run);
        db.AuditEntries.Add(new AuditEntry(now, actor, "comparison", run.Id, $"Comparison of {order.Methods.Count} methods on {order.Subject} asked for."));
        foreach (ComparisonSite site in order.Sites)
        {
            db.AuditEntries.Add(new AuditEntry(now, actor, "data set", site.DatasetId, $"'{site.DatasetName}' takes part in comparison {run.Id}; the institution's agreement was confirmed."));
        }

        await db.SaveChangesAsync(cancellationToken);
        Publish(run.Id);
        return run.Id;
    }

    internal Task<bool> TryBeginAsync(Guid id, CancellationToken cancellationToken) =>
        TryChangeAsync(id, ComparisonState.Waiting, "portal", "Begins.", (run, now) => run.Begin(now), cancellationToken);

    /// <summary>Shows progress; it is no event for the log.</summary>
    internal Task<bool> TryShowAsync(Guid id, string method, string stage, double fraction, ComparisonReport? report, CancellationToken cancellationToken) =>
        TryChangeAsync(id, ComparisonState.Running, "portal", told: null, (run, now) => run.Show(method, stage, fraction, TextOf(report), now), cancellationToken);

    internal Task<bool> TryFinishAsync(Guid id, ComparisonReport report, CancellationToken cancellationToken) =>
        TryChangeAsync(id, ComparisonState.Running, "portal", $"Done: {report.Rows().Count} methods measured.", (run, now) => run.Finish(TextOf(report)!, now), cancellationToken);

    internal Task<bool> TryFailAsync(Guid id, string reason, CancellationToken cancellationToken) =>
        TryChangeAsync(id, ComparisonState.Running, "portal", $"Failed: {reason}", (run, now) => run.Fail(reason, now), cancellationToken);

    /// <returns>False when it is over already.</returns>
    internal async Task<bool> TryCancelAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { IsFinal: false } run
        && await TryChangeAsync(id, run.State, actor, "Stopped.", (changed, now) => changed.Cancel($"Stopped by {actor}.", now), cancellationToken);

    private async Task<bool> TryChangeAsync(
        Guid id, ComparisonState from, string actor, string? told, Action<ComparisonRun, DateTimeOffset> change, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        ComparisonRun? run = await db.ComparisonRuns.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (run?.State != from)
        {
            return false;
        }

        DateTimeOffset now = clock.GetUtcNow();
        change(run, now);
        if (told is not null)
        {
            db.AuditEntries.Add(new AuditEntry(now, actor, "comparison", id, told));
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }

        Publish(id);
        return true;
    }

    private static bool MayBeUsed(Dataset dataset, DateTimeOffset now) =>
        dataset.HoldoutCount > 0 && dataset.UnreviewedCount == 0 && (dataset.IsSynthetic || (dataset.Terms?.IsValidAt(now) ?? false));

    private static bool Sees(Viewer viewer, ComparisonRun run) => viewer.SeesAll || run.Order.Sites.Count == 0 || run.Order.InstitutionIds.Any(id => viewer.Sees(id));

    private static ComparisonRunRow RowOf(Viewer viewer, ComparisonRun run) => new(
        run.Id, run.State, run.Order.Subject, run.Order.Sites.All(site => site.IsSynthetic), ReportOf(run)?.Rows().Count ?? 0, run.Order.Methods.Count, run.Progress, run.Method, run.Stage,
        viewer.SeesAll ? run.FailureReason : null, run.StartedBy, run.CreatedAt, run.BegunAt, run.ChangedAt);

    private static ComparisonReport? ReportOf(ComparisonRun run) => run.ReportJson is { } json ? JsonSerializer.Deserialize<ComparisonReport>(json, ProtocolJson.Options) : null;

    private static string? TextOf(ComparisonReport? report) => report is null ? null : JsonSerializer.Serialize(report, ProtocolJson.Options);

    private void Publish(Guid id) => live.Publish(new LiveUpdate(LiveSubject.Comparison, id));
}
