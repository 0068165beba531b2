using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Retaining;

internal sealed class UploadRule(UploadSessions uploads, IOptions<RetentionOptions> options) : IRetentionRule
{
    public string Name => "uploads that nobody goes on with";

    public string Consequence => "Whoever began such an upload begins anew.";

    public int Days => options.Value.UploadDays;

    public Task<RetentionCount> ApplyAsync(DateTimeOffset limit, bool removes, CancellationToken cancellationToken)
    {
        (int items, long bytes) = uploads.Forgotten(limit, removes);
        return Task.FromResult(new RetentionCount(items, bytes));
    }
}

/// <summary>Files of updates. The rows stay, with their hashes: what was handed in, by whom and how large is not forgotten.</summary>
internal sealed class UpdateRule(IDbContextFactory<FedPortalDbContext> contexts, BlobStore blobs, IOptions<RetentionOptions> options) : IRetentionRule
{
    public string Name => "institutions' updates in ended rounds";

    public string Consequence => "The sums of these rounds can no longer be replayed; hashes, results and models stay.";

    public int Days => options.Value.UpdateDays;

    public async Task<RetentionCount> ApplyAsync(DateTimeOffset limit, bool removes, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<string> old = await Updates(db, isOld: true, limit).Distinct().ToListAsync(cancellationToken);

        // One file may belong to several rounds: it stays as long as any of them wants it.
        HashSet<string> wanted = [.. await Updates(db, isOld: false, limit).Distinct().ToListAsync(cancellationToken)];
        int items = 0;
        long bytes = 0;
        foreach (string hash in old.Where(hash => !wanted.Contains(hash) && blobs.Contains(hash)))
        {
            (items, bytes) = (items + 1, bytes + new FileInfo(blobs.PathOf(hash)).Length);
            if (removes)
            {
                blobs.Delete(hash);
            }
        }

        return new RetentionCount(items, bytes);
    }

    private static IQueryable<string> Updates(FedPortalDbContext db, bool isOld, DateTimeOffset limit) =>
        from part in db.Participations
        join round in db.Rounds on part.RoundId equals round.Id
        where part.UpdateHash != null
            && ((round.State == RoundState.Completed || round.State == RoundState.Failed) && round.ChangedAt < limit && !db.LegalHolds.Any(hold => hold.StudyId == round.StudyId)) == isOld
        select part.UpdateHash;
}

internal sealed class AttemptLogRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<PortalOptions> portal, IOptions<RetentionOptions> options) : IRetentionRule
{
    public string Name => "logs of site programs";

    public string Consequence => "Why an old attempt took long can no longer be read; how it ended stays.";

    public int Days => options.Value.AttemptLogDays;

    public async Task<RetentionCount> ApplyAsync(DateTimeOffset limit, bool removes, CancellationToken cancellationToken)
    {
        var root = new DirectoryInfo(Path.Combine(portal.Value.Root, "attempts"));
        FileInfo[] old = root.Exists ? [.. root.EnumerateFiles("*.log", SearchOption.AllDirectories).Where(file => file.LastWriteTimeUtc < limit.UtcDateTime)] : [];
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        HashSet<Guid> held = [.. await db.Assignments.Where(a => db.LegalHolds.Any(hold => hold.StudyId == a.StudyId)).Select(a => a.Id).ToListAsync(cancellationToken)];
        int items = 0;
        long bytes = 0;
        foreach (FileInfo file in old.Where(file => !(Guid.TryParseExact(file.Directory!.Name, "N", out Guid assignment) && held.Contains(assignment))))
        {
            (items, bytes) = (items + 1, bytes + file.Length);
            if (removes)
            {
                file.Delete();
                if (!file.Directory!.EnumerateFileSystemInfos().Any())
                {
                    file.Directory.Delete();
                }
            }
        }

        return new RetentionCount(items, bytes);
    }
}
