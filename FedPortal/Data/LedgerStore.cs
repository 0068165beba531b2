using System.Runtime.CompilerServices;
using FedPortal.Audit;
using FedPortal.Institutions;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>
/// The portal's copies of the sites' privacy ledgers, and its countersignatures. A site's own file is the original: the copy only ever grows, and
/// when the two do not agree an alarm is raised that stays.
/// </summary>
public sealed class LedgerStore(IDbContextFactory<FedPortalDbContext> contexts, PortalIdentity portal, TimeProvider clock)
{
    private readonly VerifiedLedgers _verified = new();

    /// <summary>Copies that the viewer may see: all for admins and auditors, a coordinator's own.</summary>
    public async Task<IReadOnlyList<LedgerCopyRow>> ListAsync(Viewer viewer, Guid? studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<LedgerCopyRow> rows = await (from copy in db.LedgerCopies.AsNoTracking()
                                          where studyId == null || copy.StudyId == studyId
                                          join study in db.Studies.IgnoreAutoIncludes() on copy.StudyId equals study.Id
                                          join institution in db.Institutions on copy.InstitutionId equals institution.Id
                                          orderby study.Name, institution.Name
                                          select new LedgerCopyRow(
                                              study.Id, study.Name, institution.Id, institution.Name, institution.ShortCode, copy.LedgerId,
                                              copy.RowCount, copy.Head, copy.ChangedAt, copy.Alarm, copy.AlarmAt)).ToListAsync(cancellationToken);
        return [.. rows.Where(row => viewer.Sees(row.InstitutionId))];
    }

    /// <summary>The lines of a copy as a ledger file holds them: header, rows, and the portal's countersignature after each row.</summary>
    /// <returns>Null when there is none that the viewer may see.</returns>
    public async Task<IReadOnlyList<string>?> LinesAsync(Viewer viewer, Guid studyId, Guid institutionId, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(institutionId))
        {
            return null;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<string> lines = await TextsOf(db, studyId, institutionId, cancellationToken).ToListAsync(cancellationToken);
        return lines.Count == 0 ? null : lines;
    }

    /// <summary>Verifies a copy as the database holds it now, countersignatures too; what was verified before and is still the same is not done again.</summary>
    /// <returns>Null when there is none that the viewer may see.</returns>
    public async Task<LedgerVerification?> VerifyAsync(Viewer viewer, Guid studyId, Guid institutionId, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(institutionId))
        {
            return null;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await LinesOf(db, studyId, institutionId).AnyAsync(cancellationToken)
            ? await _verified.VerifyAsync((studyId, institutionId), TextsOf(db, studyId, institutionId, cancellationToken), cancellationToken)
            : null;
    }

    /// <summary>The next time all of this copy is verified, whatever was verified before.</summary>
    public void Forget(Guid studyId, Guid institutionId) => _verified.Forget((studyId, institutionId));

    internal async Task<LedgerReceipt> HeldAsync(Guid studyId, Guid institutionId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        LedgerCopy? copy = await db.LedgerCopies.AsNoTracking().SingleOrDefaultAsync(c => c.StudyId == studyId && c.InstitutionId == institutionId, cancellationToken);
        return copy is null ? new LedgerReceipt(-1, "", []) : new LedgerReceipt(copy.RowCount, copy.Head, []);
    }

    /// <summary>Why an update cannot be taken as far as its sender's ledger goes; null when its release is written down and allowed.</summary>
    internal async Task<string?> ProblemWithAsync(Guid studyId, Guid institutionId, Round round, string ciphertextHash, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        LedgerCopy? copy = await db.LedgerCopies.AsNoTracking().SingleOrDefaultAsync(c => c.StudyId == studyId && c.InstitutionId == institutionId, cancellationToken);
        if (copy?.Alarm is { } alarm)
        {
            return $"The ledgers differ: {alarm}";
        }

        List<string> texts = await LinesOf(db, studyId, institutionId).Where(line => line.Round == round.Number).Select(line => line.Text).ToListAsync(cancellationToken);
        bool known = texts.Select(LedgerLine.Parse).Any(line => line.Row is { Allowed: true, Kind: ReleaseKinds.Update } row
            && row.Round == round.Number && row.Attempt == round.Attempt && row.CiphertextHashes.Contains(ciphertextHash));
        return known ? null : $"The sender's ledger has no row for the update {ciphertextHash} of round {round.Number} attempt {round.Attempt}.";
    }

    /// <summary>Takes in new lines, countersigns them, and compares those that it holds already.</summary>
    /// <param name="expected">What the header must say, or the reason for which it does not fit the study.</param>
    /// <exception cref="InvalidDataException">The lines are no ledger of this site and study, or differ from the copy; in that case the alarm is raised.</exception>
    internal async Task<LedgerReceipt> ReceiveAsync(
        Study study, Guid institutionId, LedgerMessage message, Func<LedgerHeader, string?> expected, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        LedgerCopy? copy = await db.LedgerCopies.SingleOrDefaultAsync(c => c.StudyId == study.Id && c.InstitutionId == institutionId, cancellationToken);
        int held = await LinesOf(db, study.Id, institutionId).CountAsync(cancellationToken);
        List<string> repeated = await LinesOf(db, study.Id, institutionId).Where(line => line.Sequence >= message.FirstSequence).Select(line => line.Text).ToListAsync(cancellationToken);
        if (Difference(copy, held, repeated, message) is { } difference)
        {
            await RaiseAsync(db, copy!, study, institutionId, difference, now, cancellationToken);
            throw new InvalidDataException($"The ledgers differ: {difference}");
        }

        string[] fresh = [.. message.Lines.Skip(held - message.FirstSequence)];
        LedgerVerification? before = held == 0 ? null : await _verified.VerifyAsync((study.Id, institutionId), TextsOf(db, study.Id, institutionId, cancellationToken), cancellationToken);
        LedgerVerification verified = await VerifyAsync(db, institutionId, before, fresh, cancellationToken);
        if (expected(verified.Header!) is { } problem)
        {
            throw new InvalidDataException(problem);
        }

        if (copy is null)
        {
            copy = new LedgerCopy(study.Id, institutionId, verified.Header!.LedgerId, now);
            db.LedgerCopies.Add(copy);
        }

        List<string> countersignatures = [];
        foreach ((int index, string text) in fresh.Index())
        {
            int sequence = held + index;
            string? signed = sequence == 0 ? null : Countersign(sequence, verified.Hashes[sequence]);
            db.LedgerCopyLines.Add(new LedgerCopyLine(copy.Id, sequence, text, verified.Hashes[sequence], signed, now));
            countersignatures.AddRange(signed is null ? [] : [signed]);
        }

        copy.Grow(verified.Rows.Count, verified.Head, now);
        await db.SaveChangesAsync(cancellationToken);
        return new LedgerReceipt(copy.RowCount, copy.Head, countersignatures);
    }

    private static string? Difference(LedgerCopy? copy, int held, List<string> repeated, LedgerMessage message)
    {
        if (copy is null)
        {
            return message.FirstSequence == 0 ? null : throw new InvalidDataException($"Expected a ledger from its header on but the lines begin at {message.FirstSequence}.");
        }

        if (copy.Alarm is not null)
        {
            return copy.Alarm;
        }

        if (message.FirstSequence < 0 || message.FirstSequence > held)
        {
            throw new InvalidDataException($"Expected lines from {held} on but they begin at {message.FirstSequence}.");
        }

        int end = message.FirstSequence + message.Lines.Count;
        if (end < held)
        {
            return $"the site's ledger ends after {end - 1} rows, but the portal countersigned {copy.RowCount}.";
        }

        int other = repeated.Zip(message.Lines).Index().Where(pair => pair.Item.First != pair.Item.Second).Select(pair => message.FirstSequence + pair.Index).FirstOrDefault(-1);
        return other < 0 ? null : $"{(other == 0 ? "the header" : $"row {other}")} at the site is not the one that the portal holds.";
    }

    private static async Task RaiseAsync(
        FedPortalDbContext db, LedgerCopy copy, Study study, Guid institutionId, string difference, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (copy.Alarm is null)
        {
            copy.Raise(difference, now);
            db.AuditEntries.Add(new AuditEntry(now, "portal", "institution", institutionId, $"ALARM: the privacy ledgers of study '{study.Name}' differ: {difference}"));
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    private static IQueryable<LedgerCopyLine> LinesOf(FedPortalDbContext db, Guid studyId, Guid institutionId) =>
        from line in db.LedgerCopyLines.AsNoTracking()
        join copy in db.LedgerCopies on line.CopyId equals copy.Id
        where copy.StudyId == studyId && copy.InstitutionId == institutionId
        orderby line.Sequence
        select line;

    /// <summary>The lines of a copy as a ledger file holds them.</summary>
    private static async IAsyncEnumerable<string> TextsOf(FedPortalDbContext db, Guid studyId, Guid institutionId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in LinesOf(db, studyId, institutionId).Select(line => new { line.Text, line.Countersignature }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return line.Text;
            if (line.Countersignature is { } signed)
            {
                yield return signed;
            }
        }
    }

    /// <summary>Verifies what was received behind what is held, against the registered key.</summary>
    /// <param name="before">Of what is held; null when nothing is.</param>
    private static async Task<LedgerVerification> VerifyAsync(FedPortalDbContext db, Guid institutionId, LedgerVerification? before, string[] fresh, CancellationToken cancellationToken)
    {
        InstitutionKey key = await db.InstitutionKeys.AsNoTracking().SingleOrDefaultAsync(k => k.InstitutionId == institutionId, cancellationToken)
            ?? throw new InvalidDataException("The institution has no registered keys.");
        string siteKey = Convert.ToBase64String(Encryption.SecureAggregation.Identity.InstitutionCard.Parse(key.Card).ExportSigningKey());
        LedgerVerification verified = before is null ? LedgerVerifier.Verify(fresh, siteKey) : before.Problem is null ? LedgerVerifier.GoOn(before, fresh, siteKey) : before;
        return verified is { Problem: null, Header: not null }
            ? verified
            : throw new InvalidDataException($"The ledger does not verify: {verified.Problem}");
    }

    private string Countersign(int sequence, string rowHash) => LedgerLine.Sign(new LedgerCountersignature
    {
        Sequence = sequence,
        RowHash = rowHash,
        Signer = PortalIdentity.Name,
        Key = LedgerLine.PublicKeyText(portal.Keys.Signing),
    }, portal.Keys.Signing).ToText();
}
