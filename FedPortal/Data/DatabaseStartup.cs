using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>Takes the data directory for this process and brings the database up to date, before anything else starts.</summary>
/// <remarks>
/// A portal that was killed while migrating leaves a row in <c>__EFMigrationsLock</c>, for which EF Core would wait for ever. Because the
/// file lock proves that no other portal uses this directory, such a row is stale and is deleted.
/// </remarks>
internal sealed class DatabaseStartup(IDbContextFactory<FedPortalDbContext> contexts, IOptions<PortalOptions> options, TimeProvider clock, ILogger<DatabaseStartup> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan MigrationLimit = TimeSpan.FromMinutes(5);

    private FileStream? _lock;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string root = options.Value.Root;
        _lock = TakeLock(root);

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MigrationLimit);
        await DeleteStaleMigrationLockAsync(db, limit.Token);
        await db.Database.MigrateAsync(limit.Token);
        await AuditChain.SealOlderEntriesAsync(db, clock.GetUtcNow(), cancellationToken);
        logger.LogInformation("The database in {DataDirectory} is ready", root);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();

    private static FileStream TakeLock(string root)
    {
        string path = Path.Combine(root, "portal.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
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
