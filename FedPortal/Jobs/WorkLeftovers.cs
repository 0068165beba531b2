using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>Collects what ended work leaves behind: work folders of hosted sites whose assignment nobody wants any more, uploads that were never finished, and folders of tests and comparisons that failed or were stopped.</summary>
internal sealed class WorkLeftovers(IDbContextFactory<FedPortalDbContext> contexts, SitePlaces places, IOptions<PortalOptions> options, TimeProvider clock)
{
    /// <returns>How many were deleted.</returns>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        List<(Guid Work, string Path, string? Home)> found = [.. Folders(), .. Uploads(), .. RunFolders.All(options.Value.Root).Select(run => (run.Id, run.Path, (string?)null))];
        Guid[] ids = [.. found.Select(entry => entry.Work).Distinct()];
        if (ids.Length == 0)
        {
            return 0;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);

        // A program that has just handed in clears up itself.
        DateTimeOffset justNow = clock.GetUtcNow().AddMinutes(-1);
        HashSet<Guid> open = [.. await db.Assignments
            .Where(a => ids.Contains(a.Id) && (a.State == AssignmentState.Waiting || a.State == AssignmentState.Running || (a.State == AssignmentState.Done && a.ChangedAt > justNow)))
            .Select(a => a.Id).ToListAsync(cancellationToken)];
        open.UnionWith(await OpenRunsAsync(db.AttackRuns));
        open.UnionWith(await OpenRunsAsync(db.RobustnessRuns));
        open.UnionWith(await OpenRunsAsync(db.ComparisonRuns));
        int deleted = 0;
        foreach ((Guid work, string path, string? home) in found.Where(entry => !open.Contains(entry.Work)))
        {
            deleted += TryDelete(path, isBusy: home is not null && WorkFolder.IsInUse(home, work)) ? 1 : 0;
        }

        return deleted;

        Task<List<Guid>> OpenRunsAsync<TRun>(IQueryable<TRun> runs)
            where TRun : LongRun => runs
            .Where(r => ids.Contains(r.Id) && (r.State == RunState.Waiting || r.State == RunState.Running || r.ChangedAt > justNow)).Select(r => r.Id).ToListAsync(cancellationToken);
    }

    private static bool TryDelete(string path, bool isBusy)
    {
        if (isBusy)
        {
            return false;
        }

        try
        {
            UploadFolder.Delete(path);
            return true;
        }
        catch (IOException)
        {
            return false; // Its own program is clearing up at this moment.
        }
    }

    private IEnumerable<(Guid Work, string Path, string? Home)> Folders()
    {
        string sites = Path.GetDirectoryName(places.HomeOf(null))!;
        foreach (string home in Directory.Exists(sites) ? Directory.GetDirectories(sites) : [])
        {
            string work = Path.Combine(home, "work");
            foreach (string folder in Directory.Exists(work) ? Directory.GetDirectories(work) : [])
            {
                if (Guid.TryParseExact(Path.GetFileName(folder), "N", out Guid assignment))
                {
                    yield return (assignment, folder, home);
                }
            }
        }
    }

    private IEnumerable<(Guid Work, string Path, string? Home)> Uploads()
    {
        string incoming = Path.Combine(options.Value.Root, "incoming");
        foreach (string file in Directory.Exists(incoming) ? Directory.GetFiles(incoming) : [])
        {
            if (Guid.TryParseExact(Path.GetFileName(file), "N", out Guid assignment))
            {
                yield return (assignment, file, null);
            }
        }
    }
}
