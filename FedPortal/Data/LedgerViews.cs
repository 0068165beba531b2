namespace FedPortal.Data;

/// <summary>The portal's copy of one institution's ledger in one study.</summary>
/// <param name="Alarm">How the site's ledger and the copy differ; null while they agree.</param>
public sealed record LedgerCopyRow(
    Guid StudyId, string StudyName, Guid InstitutionId, string InstitutionName, string ShortCode, string LedgerId,
    int RowCount, string Head, DateTimeOffset ChangedAt, string? Alarm, DateTimeOffset? AlarmAt);
