using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;

namespace FedPortal.Reports;

/// <summary>What a report says of a ledger beside its rows.</summary>
/// <param name="Alarm">How the site's own copy differs; null while they agree.</param>
public sealed record LedgerText(Guid StudyId, string StudyName, Guid InstitutionId, string InstitutionName, string? Alarm);

/// <summary>A ledger, verified and recomputed for a report.</summary>
public sealed record LedgerReport
{
    /// <param name="text">Whose it is, and in which study.</param>
    /// <param name="verification">Of its lines as the portal holds them.</param>
    public LedgerReport(LedgerText text, LedgerVerification verification)
    {
        Text = text;
        Verification = verification;
        Budget = verification.Header is null ? null : verification.Budget();
    }

    public LedgerText Text { get; }

    /// <summary>Every figure of the report comes from its good rows.</summary>
    public LedgerVerification Verification { get; }

    /// <summary>Null when the header cannot be read.</summary>
    public LedgerBudget? Budget { get; }

    public IEnumerable<LedgerRow> Releases => Verification.Rows.Where(row => row.Allowed);

    public IEnumerable<LedgerRow> Refusals => Verification.Rows.Where(row => !row.Allowed);

    /// <summary>The outcome of a check in words: verified, or the first bad row.</summary>
    public string Outcome => Verification.Problem is { } problem
        ? $"does not verify; first bad row: {problem}"
        : "verified: hashes, signatures, sequence, sensitivities and every ε";

    /// <summary>ε after each row in a view; null where there is no number.</summary>
    public IReadOnlyList<(int Round, double? Epsilon)> EpsilonByRound(PrivacyView view) =>
        [.. Releases.GroupBy(row => row.Round).OrderBy(group => group.Key).Select(group => (group.Key, EpsilonText.Number(EpsilonText.Of(group.Last(), view))))];
}
