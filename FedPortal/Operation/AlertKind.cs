namespace FedPortal.Operation;

/// <summary>What an alert is about.</summary>
public enum AlertKind
{
    RoundFailed,

    /// <summary>A round has waited for too few institutions for too long.</summary>
    RoundStalled,

    SiteSilent,
    CertificateExpiring,
    TermsExpiring,
    BudgetNearlySpent,

    /// <summary>The audit log, or a privacy ledger, does not verify.</summary>
    AuditBroken,

    DiskLow,
    BackupOverdue,

    /// <summary>A part of the portal does not work.</summary>
    Unhealthy,

    /// <summary>The images shown to a released model differ from those it was trained on.</summary>
    InputDrift,

    /// <summary>The scores of a released model differ from those of its evaluation.</summary>
    ScoreDrift,

    /// <summary>A scheduled re-validation found a released model worse than its evaluation.</summary>
    RevalidationWorse,

    /// <summary>A long task failed for good.</summary>
    JobFailed,
}

/// <summary>How much an alert matters, least first.</summary>
public enum AlertLevel
{
    /// <summary>Worth knowing.</summary>
    Notice,

    /// <summary>Somebody should look within days.</summary>
    Warning,

    /// <summary>Something stands still or is wrong now.</summary>
    Critical,
}
