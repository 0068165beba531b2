using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>
/// Locks that hold between portals on one PostgreSQL database; the server frees them when the transaction or the connection ends, however it ends. SQLite needs
/// none of them: a transaction takes its only writer's lock when it begins.
/// </summary>
internal static class PostgresLocks
{
    // The upper half marks the portal's locks among those of others in the database.
    private const long Ours = 0x46_45_44_50L << 32;

    /// <summary>Held while a portal starts.</summary>
    public const long StartUp = Ours + 1;

    /// <summary>Held from reading the last audit entry to saving the next ones.</summary>
    public const long AuditChain = Ours + 2;

    /// <summary>Held while a site's first certificate is made.</summary>
    public const long Certificates = Ours + 3;

    /// <summary>Waits for a lock that is held until the result is disposed; under SQLite there is nothing to wait for.</summary>
    public static async Task<IAsyncDisposable> HoldAsync(IDbContextFactory<FedPortalDbContext> contexts, long key, CancellationToken cancellationToken)
    {
        FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (db.Database.IsNpgsql())
        {
            await db.Database.BeginTransactionAsync(cancellationToken);
            await HoldAsync(db, key, cancellationToken);
        }

        return db;
    }

    /// <summary>Waits for a lock that is held until the present transaction ends.</summary>
    public static Task HoldAsync(FedPortalDbContext db, long key, CancellationToken cancellationToken) =>
        db.Database.IsNpgsql() ? db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({key})", cancellationToken) : Task.CompletedTask;

    /// <inheritdoc cref="HoldAsync(FedPortalDbContext, long, CancellationToken)"/>
    public static void Hold(FedPortalDbContext db, long key)
    {
        if (db.Database.IsNpgsql())
        {
            db.Database.ExecuteSql($"SELECT pg_advisory_xact_lock({key})");
        }
    }
}
