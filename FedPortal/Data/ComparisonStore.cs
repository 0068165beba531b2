using System.Text.Json;
using FedPortal.Audit;
using FedPortal.Comparisons;
using FedPortal.Datasets;
using FedPortal.Runs;
using FedPortal.Training.Comparison;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Comparisons.</summary>
public sealed class ComparisonStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock) : RunStore<ComparisonRun>(contexts, live, clock)
{
    /// <summary>The newest first. Synthetic images are everybody's; a comparison on data sets is for those who see all and for the institutions in it.</summary>
    public Task<IReadOnlyList<ComparisonRunRow>> ListAsync(Viewer viewer, int most, CancellationToken cancellationToken) => ListAsync(viewer, only: null, most, cancellationToken);

    /// <param name="only">This comparison alone, or null for all.</param>
    internal async Task<IReadOnlyList<ComparisonRunRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        List<ComparisonRun> runs = await db.ComparisonRuns.AsNoTracking().Where(r => only == null || r.Id == only).OrderByDescending(r => r.CreatedAt).Take(most).ToListAsync(cancellationToken);
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
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = Clock.GetUtcNow();
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

    /// <returns>Its id, or null when another one is under way: one fills the machine.</returns>
    internal Task<Guid?> TryAddAsync(ComparisonOrder order, string actor, CancellationToken cancellationToken)
    {
        var run = new ComparisonRun(order, actor, Clock.GetUtcNow());
        return TryAddAsync(run, order.Sites.Select(site => new AuditEntry(
            run.CreatedAt, actor, "data set", site.DatasetId, $"'{site.DatasetName}' takes part in comparison {run.Id}; the institution's agreement was confirmed.")), cancellationToken);
    }

    internal Task<bool> TryBeginAsync(Guid id, CancellationToken cancellationToken) =>
        TryChangeAsync(id, RunState.Waiting, "begins.", (run, now) => run.Begin(now), cancellationToken);

    /// <summary>Shows progress; it is no event for the log.</summary>
    internal Task<bool> TryShowAsync(Guid id, string method, string stage, double fraction, ComparisonReport? report, CancellationToken cancellationToken) =>
        TryChangeAsync(id, RunState.Running, told: null, (run, now) => run.Show(method, stage, fraction, TextOf(report), now), cancellationToken);

    internal Task<bool> TryFinishAsync(Guid id, ComparisonReport report, CancellationToken cancellationToken) =>
        TryChangeAsync(id, RunState.Running, $"is done: {report.Rows().Count} methods measured.", (run, now) => run.Finish(TextOf(report)!, now), cancellationToken);

    private protected override async Task<bool> HasRoomAsync(FedPortalDbContext db, ComparisonRun run, CancellationToken cancellationToken) =>
        !await db.ComparisonRuns.AnyAsync(IsUnderWay, cancellationToken);

    private protected override AuditEntry EntryOf(ComparisonRun run, DateTimeOffset now, string actor, string told) => new(now, actor, "comparison", run.Id, $"{run.Title} {told}");

    private protected override LiveUpdate UpdateOf(ComparisonRun run) => new(LiveSubject.Comparison, run.Id);

    private static bool MayBeUsed(Dataset dataset, DateTimeOffset now) =>
        dataset.HoldoutCount > 0 && dataset.UnreviewedCount == 0 && (dataset.IsSynthetic || (dataset.Terms?.IsValidAt(now) ?? false));

    private static bool Sees(Viewer viewer, ComparisonRun run) => viewer.SeesAll || run.Order.Sites.Count == 0 || run.Order.InstitutionIds.Any(id => viewer.Sees(id));

    private static ComparisonRunRow RowOf(Viewer viewer, ComparisonRun run) => new(
        run.Id, run.State, run.Order.Subject, run.Order.Sites.All(site => site.IsSynthetic), ReportOf(run)?.Rows().Count ?? 0, run.Order.Methods.Count, run.Progress, run.Method, run.Stage,
        viewer.SeesAll ? run.FailureReason : null, run.StartedBy, run.CreatedAt, run.BegunAt, run.ChangedAt);

    private static ComparisonReport? ReportOf(ComparisonRun run) => run.ReportJson is { } json ? JsonSerializer.Deserialize<ComparisonReport>(json, ProtocolJson.Options) : null;

    private static string? TextOf(ComparisonReport? report) => report is null ? null : JsonSerializer.Serialize(report, ProtocolJson.Options);
}
