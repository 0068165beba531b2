using FedPortal.Components.Shared;
using FedPortal.Operation;
using Microsoft.Extensions.Localization;

namespace FedPortal.Components.Pages.Operation;

/// <summary>Words and moods of alerts.</summary>
internal static class AlertWords
{
    public static string NameOf(AlertKind kind, IStringLocalizer<OperationTexts> texts) => kind switch
    {
        AlertKind.RoundFailed => texts["RoundFailed"].Value,
        AlertKind.RoundStalled => texts["RoundWaits"].Value,
        AlertKind.SiteSilent => texts["SiteSilent"].Value,
        AlertKind.CertificateExpiring => texts["Certificate"].Value,
        AlertKind.TermsExpiring => texts["TermsOfUse"].Value,
        AlertKind.BudgetNearlySpent => texts["PrivacyBudget"].Value,
        AlertKind.AuditBroken => texts["AuditAlert"].Value,
        AlertKind.DiskLow => texts["Disk"].Value,
        AlertKind.BackupOverdue => texts["Backup"].Value,
        AlertKind.Unhealthy => texts["HealthAlert"].Value,
        AlertKind.InputDrift => texts["DriftOfInputs"].Value,
        AlertKind.ScoreDrift => texts["DriftOfScores"].Value,
        AlertKind.RevalidationWorse => texts["Revalidation"].Value,
        AlertKind.JobFailed => texts["JobFailed"].Value,
        _ => kind.ToString(),
    };

    public static Tone ToneOf(AlertLevel level) => level switch
    {
        AlertLevel.Critical => Tone.Bad,
        AlertLevel.Warning => Tone.Warn,
        _ => Tone.Quiet,
    };

    public static string NameOf(AlertLevel level, IStringLocalizer<OperationTexts> texts) => level switch
    {
        AlertLevel.Critical => texts["Critical"].Value,
        AlertLevel.Warning => texts["Warning"].Value,
        _ => texts["Notice"].Value,
    };

    public static Tone ToneOf(OutboxState state) => state switch
    {
        OutboxState.Sent => Tone.Good,
        OutboxState.GivenUp => Tone.Bad,
        _ => Tone.Active,
    };

    public static string NameOf(OutboxState state, IStringLocalizer<OperationTexts> texts) => state switch
    {
        OutboxState.Sent => texts["MessageSent"].Value,
        OutboxState.GivenUp => texts["MessageGivenUp"].Value,
        _ => texts["MessageWaiting"].Value,
    };
}
