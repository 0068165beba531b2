using FedPortal.Audit;
using FedPortal.Training.AuditLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace FedPortal.Data;

/// <summary>
/// Links new audit entries to the last one while they are saved. A transaction of SQLite takes the writer's lock when it begins, and under PostgreSQL an advisory lock does
/// the same for the log: between reading the last entry and saving the next ones nobody else, in this process or another, can add one.
/// </summary>
internal static class AuditChain
{
    public static bool HasNewEntries(FedPortalDbContext db) => NewEntries(db).Length > 0;

    /// <summary>Gives the new entries their places and hashes. Call it in a transaction.</summary>
    public static async Task SealAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        await PostgresLocks.HoldAsync(db, PostgresLocks.AuditChain, cancellationToken);
        Seal(db, await Last(db).FirstOrDefaultAsync(cancellationToken));
    }

    /// <inheritdoc cref="SealAsync"/>
    public static void Seal(FedPortalDbContext db)
    {
        PostgresLocks.Hold(db, PostgresLocks.AuditChain);
        Seal(db, Last(db).FirstOrDefault());
    }

    /// <summary>
    /// Chains entries that were written before the log was a chain, as they stand, and says so in an entry. Where some entries are chained already, or a
    /// checkpoint exists, nothing is mended: verification names the first bad one.
    /// </summary>
    public static async Task SealOlderEntriesAsync(FedPortalDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool wasChain = await db.AuditCheckpoints.AnyAsync(cancellationToken) || await db.AuditEntries.AnyAsync(e => e.Hash != "", cancellationToken);
        if (wasChain || !await db.AuditEntries.AnyAsync(cancellationToken))
        {
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        List<AuditEntry> older = await db.AuditEntries.OrderBy(e => e.Sequence).ToListAsync(cancellationToken);
        string previous = EntryRecord.NoHash;
        foreach (AuditEntry entry in older)
        {
            entry.Seal(entry.Sequence, previous);
            previous = entry.Hash;
        }

        await db.SaveChangesAsync(cancellationToken);
        db.AuditEntries.Add(new AuditEntry(now, "portal", "portal", null, $"The audit log is a hash chain from now on; {older.Count} earlier entries were chained as they stood."));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static IQueryable<Link> Last(FedPortalDbContext db) =>
        db.AuditEntries.OrderByDescending(e => e.Sequence).Select(e => new Link(e.Sequence, e.Hash));

    private static void Seal(FedPortalDbContext db, Link? last)
    {
        (long sequence, string hash) = last ?? new Link(0, EntryRecord.NoHash);
        foreach (EntityEntry<AuditEntry> entry in NewEntries(db))
        {
            // Through EF first: until then the key holds a temporary value.
            entry.Property(e => e.Sequence).CurrentValue = ++sequence;
            entry.Entity.Seal(sequence, hash);
            hash = entry.Entity.Hash;
        }
    }

    /// <summary>In the order in which they were added; those that an earlier save failed to store come first.</summary>
    private static EntityEntry<AuditEntry>[] NewEntries(FedPortalDbContext db) =>
    [
        .. db.ChangeTracker.Entries<AuditEntry>().Where(entry => entry.State == EntityState.Added)
            .OrderBy(entry => entry.Property(e => e.Sequence).IsTemporary).ThenBy(entry => entry.Property(e => e.Sequence).CurrentValue),
    ];

    private sealed record Link(long Sequence, string Hash);
}
