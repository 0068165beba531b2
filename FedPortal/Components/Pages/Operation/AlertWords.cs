using FedPortal.Components.Shared;
using FedPortal.Operation;

namespace FedPortal.Components.Pages.Operation;

/// <summary>Words and moods of alerts.</summary>
internal static class AlertWords
{
    public static string NameOf(AlertKind kind) => kind switch
    {
        AlertKind.RoundFailed => "round failed",
        AlertKind.RoundStalled => "round waits",
        AlertKind.SiteSilent => "site silent",
        AlertKind.CertificateExpiring => "certificate",
        AlertKind.TermsExpiring => "terms of use",
        AlertKind.BudgetNearlySpent => "privacy budget",
        AlertKind.AuditBroken => "audit",
        AlertKind.DiskLow => "disk",
        AlertKind.BackupOverdue => "backup",
        AlertKind.Unhealthy => "health",
        AlertKind.InputDrift => "drift of inputs",
        AlertKind.ScoreDrift => "drift of scores",
        AlertKind.RevalidationWorse => "re-validation",
        AlertKind.JobFailed => "job failed",
        _ => kind.ToString(),
    };

    public static Tone ToneOf(AlertLevel level) => level switch
    {
        AlertLevel.Critical => Tone.Bad,
        AlertLevel.Warning => Tone.Warn,
        _ => Tone.Quiet,
    };

    public static string NameOf(AlertLevel level) => level switch
    {
        AlertLevel.Critical => "critical",
        AlertLevel.Warning => "warning",
        _ => "notice",
    };

    public static Tone ToneOf(OutboxState state) => state switch
    {
        OutboxState.Sent => Tone.Good,
        OutboxState.GivenUp => Tone.Bad,
        _ => Tone.Active,
    };

    public static string NameOf(OutboxState state) => state switch
    {
        OutboxState.Sent => "sent",
        OutboxState.GivenUp => "given up",
        _ => "waiting",
    };
}
