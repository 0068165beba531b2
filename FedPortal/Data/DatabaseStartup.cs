using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>Takes the data directory for this process and brings the database up to date, before anything else starts.</summary>
/// <remarks>
/// A portal that was killed while migrating leaves a row in <c>__EFMigrationsLock</c>, for which EF Core would wait for ever. Because the
/// file lock proves that no other portal uses this directory, such a row is stale and is deleted. PostgreSQL frees such locks itself.
/// </remarks>
internal sealed class DatabaseStartup(IDbContextFactory<FedPortalDbContext> contexts, IOptions<PortalOptions> options, TimeProvider clock, ILogger<DatabaseStartup> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan MigrationLimit = TimeSpan.FromMinutes(5);

    private FileStream? _lock;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string root = options.Value.Root;

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        bool isShared = db.Database.IsNpgsql();
        _lock = TakeLock(root, isShared);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MigrationLimit);
        if (!isShared)
        {
            await DeleteStaleMigrationLockAsync(db, limit.Token);
        }

        await PortalDatabase.MigrateAsync(db, limit.Token);
        await AuditChain.SealOlderEntriesAsync(db, clock.GetUtcNow(), cancellationToken);
        logger.LogInformation("The database in {DataDirectory} is ready", root);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();

    /// <summary>Portals on one PostgreSQL database share the data directory; one on SQLite has it alone.</summary>
    private static FileStream TakeLock(string root, bool isShared)
    {
        string path = Path.Combine(root, "portal.lock");
        try
        {
            return isShared
                ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new InvalidOperationException($"The data directory '{root}' is in use by another portal: {path} is locked.", taken);
        }
    }

    private static async Task DeleteStaleMigrationLockAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        List<string> tables = await db.Database
            .SqlQuery<string>($"SELECT name AS Value FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'").ToListAsync(cancellationToken);
        if (tables.Count > 0)
        {
            await db.Database.ExecuteSqlAsync($"DELETE FROM __EFMigrationsLock", cancellationToken);
        }
    }
}
