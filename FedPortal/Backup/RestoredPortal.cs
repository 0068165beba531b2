using FedPortal.Audit;
using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Institutions;
using FedPortal.Jobs;
using FedPortal.Privacy;
using FedPortal.Studies;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Learning;
using FedPortal.Training.Ledger;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FedPortal.Backup;

/// <summary>What a restored portal holds, and what of it does not verify.</summary>
/// <param name="RoundsStopped">Open attempts of protected rounds that must not go on.</param>
internal sealed record RestoredState(long AuditEntries, int Ledgers, int Models, int RoundsStopped, IReadOnlyList<string> Problems);

/// <summary>Looks through a restored data directory before a portal starts on it.</summary>
internal sealed class RestoredPortal(IDbContextFactory<FedPortalDbContext> contexts, string root, TimeProvider clock)
{
    private const string Actor = "restore";

    public async Task<RestoredState> PrepareAsync(DateTimeOffset backedUpAt, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        await PortalDatabase.MigrateAsync(db, cancellationToken);
        List<string> problems = [];
        AuditLogVerification log = await VerifyLogAsync(cancellationToken);
        problems.AddRange(log.Problem is { } bad ? [$"Audit log, {bad}"] : []);
        int ledgers = await VerifyCopiesAsync(db, problems, cancellationToken) + VerifyOwn(problems);
        int models = await VerifyModelsAsync(db, problems, cancellationToken);

        int stopped = await StopOpenRoundsAsync(db, backedUpAt, cancellationToken);
        db.AuditEntries.Add(new AuditEntry(
            clock.GetUtcNow(), Actor, "portal", null, $"Restored from the backup of {AuditLine.TimeText(backedUpAt)}. What happened between then and now is not in this log; {stopped} open rounds were stopped."));
        await db.SaveChangesAsync(cancellationToken);
        return new RestoredState(log.LastSequence, ledgers, models, stopped, problems);
    }

    private async Task<AuditLogVerification> VerifyLogAsync(CancellationToken cancellationToken)
    {
        IDataProtectionProvider keys = DataProtectionProvider.Create(new DirectoryInfo(Path.Combine(root, "keys")), protection => protection.SetApplicationName("FedPortal"));
        using var identity = new PortalIdentity(keys, Options.Create(new PortalOptions { DataDirectory = root }), NullLogger<PortalIdentity>.Instance);
        using var log = new AuditLogStore(contexts, identity, clock);
        return await log.VerifyAsync(Viewer.Everything, progress: null, cancellationToken);
    }

    /// <summary>The portal's copies: every line, against the registered keys and the last hash on record.</summary>
    private static async Task<int> VerifyCopiesAsync(FedPortalDbContext db, List<string> problems, CancellationToken cancellationToken)
    {
        Dictionary<Guid, InstitutionKey> keys = await db.InstitutionKeys.AsNoTracking().ToDictionaryAsync(key => key.InstitutionId, cancellationToken);
        List<LedgerCopy> copies = await db.LedgerCopies.AsNoTracking().OrderBy(copy => copy.LedgerId).ToListAsync(cancellationToken);
        foreach (LedgerCopy copy in copies)
        {
            List<LedgerCopyLine> lines = await db.LedgerCopyLines.AsNoTracking().Where(line => line.CopyId == copy.Id).OrderBy(line => line.Sequence).ToListAsync(cancellationToken);
            string? siteKey = keys.TryGetValue(copy.InstitutionId, out InstitutionKey? key) ? Convert.ToBase64String(InstitutionCard.Parse(key.Card).ExportSigningKey()) : null;
            LedgerProblem? problem = LedgerVerifier.Verify([.. lines.Select(line => line.Text)], siteKey, copy.Head).Problem;
            problems.AddRange(problem is null ? [] : [$"Ledger {copy.LedgerId}, {problem}"]);
        }

        return copies.Count;
    }

    /// <summary>The hosted sites' own ledgers.</summary>
    private int VerifyOwn(List<string> problems)
    {
        string sites = Path.Combine(root, "sites");
        string[] files = Directory.Exists(sites) ? [.. Directory.GetDirectories(sites).Select(site => Path.Combine(site, "ledgers")).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.jsonl"))] : [];
        foreach (string file in files)
        {
            LedgerProblem? problem = LedgerVerifier.Verify(File.ReadAllLines(file)).Problem;
            problems.AddRange(problem is null ? [] : [$"Ledger {Path.GetRelativePath(root, file)}, {problem}"]);
        }

        return files.Length;
    }

    private async Task<int> VerifyModelsAsync(FedPortalDbContext db, List<string> problems, CancellationToken cancellationToken)
    {
        var blobs = new BlobStore(Path.Combine(root, "blobs"));
        List<string> hashes = await db.ModelVersions.Select(model => model.BlobHash).ToListAsync(cancellationToken);
        problems.AddRange(hashes.Where(hash => !blobs.Contains(hash)).Select(hash => $"The model {hash} is not in the backup."));
        return hashes.Count;
    }

    /// <summary>
    /// A protected round must not go on from an earlier moment: a helper answers once with its share, and whether it did so after the backup is not known here. Another attempt begins with
    /// new keys.
    /// </summary>
    private async Task<int> StopOpenRoundsAsync(FedPortalDbContext db, DateTimeOffset backedUpAt, CancellationToken cancellationToken)
    {
        Guid[] running = await db.Studies.Where(study => study.State == StudyState.Running).Select(study => study.Id).ToArrayAsync(cancellationToken);
        int stopped = 0;
        foreach (Guid study in running)
        {
            await using StudyWorkspace workspace = await StudyWorkspace.OpenAsync(contexts, new LiveUpdates(NullLogger<LiveUpdates>.Instance), study, cancellationToken);
            if (workspace.Round is { IsFinal: false } round && round.Strategy.IsProtected())
            {
                Failure.Of(
                    workspace, $"The portal was restored from a backup of {AuditLine.TimeText(backedUpAt)}: whether shares were given since then is not known, so this attempt must not go on. Resume the study for the next one.",
                    Actor, clock.GetUtcNow());
                stopped += await workspace.TrySaveAsync(cancellationToken) ? 1 : throw new BackupException($"The open round of study {study} was changed while it was stopped; is a portal running on the restored database?");
            }
        }

        return stopped;
    }
}
