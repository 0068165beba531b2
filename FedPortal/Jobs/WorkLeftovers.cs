using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>Collects what ended work leaves behind: work folders of hosted sites whose assignment nobody wants any more, and uploads that were never finished.</summary>
internal sealed class WorkLeftovers(IDbContextFactory<FedPortalDbContext> contexts, SitePlaces places, IOptions<PortalOptions> options, TimeProvider clock)
{
    /// <returns>How many were deleted.</returns>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        List<(Guid Assignment, string Path, string? Home)> found = [.. Folders(), .. Uploads()];
        Guid[] ids = [.. found.Select(entry => entry.Assignment).Distinct()];
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
        int deleted = 0;
        foreach ((Guid assignment, string path, string? home) in found.Where(entry => !open.Contains(entry.Assignment)))
        {
            deleted += TryDelete(path, isBusy: home is not null && WorkFolder.IsInUse(home, assignment)) ? 1 : 0;
        }

        return deleted;
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

    private IEnumerable<(Guid Assignment, string Path, string? Home)> Folders()
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

    private IEnumerable<(Guid Assignment, string Path, string? Home)> Uploads()
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
