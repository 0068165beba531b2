using FedPortal.Training.Ledger;

namespace FedPortal.Data;

/// <summary>What holding another copy against the portal's found.</summary>
public sealed record LedgerFinding(bool IsSame, string Words);

/// <summary>Holds somebody's copy of a ledger against the portal's. The outcome is an entry of the audit log, whatever it is.</summary>
public sealed class LedgerComparisons(PrivacyReportStore reports, AuditStore audit)
{
    /// <summary>Most bytes of a copy.</summary>
    public const long MostBytes = 32 << 20;

    /// <param name="copy">The text of an export in any of its forms, or of a site's own file.</param>
    /// <returns>Null when there is no such ledger, or the viewer may not see it.</returns>
    public async Task<LedgerFinding?> CompareAsync(Viewer viewer, Guid studyId, Guid institutionId, string copy, string actor, CancellationToken cancellationToken)
    {
        if (await reports.LedgerAsync(viewer, studyId, institutionId, cancellationToken) is not { } ledger)
        {
            return null;
        }

        LedgerVerification own = ledger.Verification;
        LedgerVerification other = await Task.Run(() => LedgerVerifier.Verify(LedgerExport.ReadLines(copy), own.Header?.SiteKey), cancellationToken);
        string where = $"the ledger of {ledger.Text.InstitutionName} in '{ledger.Text.StudyName}'";
        if (other.Problem is { } problem)
        {
            await audit.TellAsync(actor, "institution", institutionId, $"Compared {where} with another copy, which does not verify: {problem}", cancellationToken);
            return new LedgerFinding(false, $"The chosen copy does not verify. First bad row: {problem}");
        }

        LedgerProblem? difference = LedgerComparison.Of(own, other).Difference;
        await audit.TellAsync(actor, "institution", institutionId, $"Compared {where} with another copy: {(difference is null ? "they are the same" : $"ALARM: they differ at {difference}")}", cancellationToken);
        return difference is null
            ? new LedgerFinding(true, $"Both copies hold the same header and the same {own.Rows.Count} rows.")
            : new LedgerFinding(false, $"Alarm: the copies differ at {difference}. One side has changed or withheld something. This is in the audit log.");
    }
}
