using System.Runtime.CompilerServices;
using FedPortal.Audit;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Signing;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Where the chain stands.</summary>
/// <param name="SignedUpTo">The last entry under a checkpoint; 0 before the first.</param>
public sealed record AuditLogState(long Entries, int Checkpoints, long SignedUpTo, DateTimeOffset? SignedAt)
{
    public long NotSigned => Entries - SignedUpTo;
}

/// <summary>The audit log as a whole: for those who see everything. It exports, verifies and signs.</summary>
public sealed class AuditLogStore(IDbContextFactory<FedPortalDbContext> contexts, PortalIdentity portal, TimeProvider clock) : IDisposable
{
    private const int Batch = 2000;

    private readonly SemaphoreSlim _signing = new(1);

    /// <summary>What auditors pin: base64 of the SubjectPublicKeyInfo of the portal's signing key.</summary>
    public string PublicKey => SignedText.PublicKeyText(portal.Keys.Signing);

    public string Fingerprint => SignedText.Fingerprint(PublicKey);

    public async Task<AuditLogState> StateAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        long entries = await db.AuditEntries.MaxAsync(e => (long?)e.Sequence, cancellationToken) ?? 0;
        int checkpoints = await db.AuditCheckpoints.CountAsync(cancellationToken);
        var last = await db.AuditCheckpoints.OrderByDescending(c => c.Sequence).Select(c => new { c.Sequence, c.At }).FirstOrDefaultAsync(cancellationToken);
        return new AuditLogState(entries, checkpoints, last?.Sequence ?? 0, last?.At);
    }

    /// <summary>The log line by line, oldest first, with the checkpoints after the entries they sign. It reads in batches: memory stays small.</summary>
    /// <exception cref="UnauthorizedAccessException">The viewer does not see everything.</exception>
    public async IAsyncEnumerable<AuditLine> LinesAsync(Viewer viewer, AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            throw new UnauthorizedAccessException("The whole audit log is for admins and auditors.");
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Dictionary<long, AuditCheckpoint> checkpoints = await db.AuditCheckpoints.AsNoTracking().ToDictionaryAsync(c => c.Sequence, cancellationToken);
        yield return AuditLine.Of(new LogRecord
        {
            Complete = filter.IsEmpty,
            Filter = filter.IsEmpty ? null : filter.Words(),
            ExportedAt = AuditLine.TimeText(clock.GetUtcNow()),
        });
        long after = 0;
        List<AuditEntry> entries;
        do
        {
            entries = await AuditStore.Matching(db.AuditEntries.AsNoTracking().Where(e => e.Sequence > after), filter)
                .OrderBy(e => e.Sequence).Take(Batch).ToListAsync(cancellationToken);
            foreach (AuditEntry entry in entries)
            {
                after = entry.Sequence;
                yield return entry.ToLine();
                if (checkpoints.TryGetValue(after, out AuditCheckpoint? checkpoint))
                {
                    yield return checkpoint.ToLine();
                }
            }
        }
        while (entries.Count == Batch);
    }

    /// <summary>Verifies what is stored, as the command line verifies an export, and expects this portal's key.</summary>
    /// <param name="viewer">Must see everything.</param>
    /// <param name="progress">Told the number of entries read so far.</param>
    public async Task<AuditLogVerification> VerifyAsync(Viewer viewer, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var verifier = new AuditLogVerifier(PublicKey);
        long read = 0;
        await foreach (AuditLine line in LinesAsync(viewer, new AuditFilter(), cancellationToken))
        {
            if (!verifier.Add(line))
            {
                break;
            }

            if (++read % Batch == 0)
            {
                progress?.Report(read);
            }
        }

        return verifier.Conclude();
    }

    /// <summary>Signs the log up to its last entry.</summary>
    /// <returns>False when everything was signed already.</returns>
    public async Task<bool> SignAsync(CancellationToken cancellationToken)
    {
        await _signing.WaitAsync(cancellationToken);
        try
        {
            await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await PostgresLocks.HoldAsync(db, PostgresLocks.AuditChain, cancellationToken);
            var last = await db.AuditEntries.OrderByDescending(e => e.Sequence).Select(e => new { e.Sequence, e.Hash }).FirstOrDefaultAsync(cancellationToken);
            if (last is null || await db.AuditCheckpoints.AnyAsync(c => c.Sequence == last.Sequence, cancellationToken))
            {
                return false;
            }

            db.AuditCheckpoints.Add(AuditCheckpoint.Sign(last.Sequence, last.Hash, clock.GetUtcNow(), portal.Keys.Signing));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        finally
        {
            _signing.Release();
        }
    }

    public void Dispose() => _signing.Dispose();
}
