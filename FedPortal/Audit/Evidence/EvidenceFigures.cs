namespace FedPortal.Audit.Evidence;

/// <summary>What this portal holds, counted when the page is opened. A number is a count of records, never a judgement.</summary>
public sealed record EvidenceFigures
{
    public long AuditEntries { get; init; }

    public long SignedEntries { get; init; }

    public int Checkpoints { get; init; }

    public int Accounts { get; init; }

    public int AccountsWithSecondFactor { get; init; }

    public int AccountsInARole { get; init; }

    public int Institutions { get; init; }

    public int SuspendedInstitutions { get; init; }

    public int RegisteredSiteKeys { get; init; }

    /// <summary>Enrolments that an admin confirmed by comparing the fingerprint, and that ended with a certificate.</summary>
    public int Enrolments { get; init; }

    public int SiteCertificates { get; init; }

    public int RevokedSiteCertificates { get; init; }

    /// <summary>Institutions that left, each with a record signed by the portal.</summary>
    public int Withdrawals { get; init; }

    public int PlanSignatures { get; init; }

    /// <summary>Those of the above that an admin made for a hosted institution.</summary>
    public int PlanSignaturesOnBehalf { get; init; }

    public int ReleaseSignatures { get; init; }

    /// <summary>Imports that ended well: every image was decoded in a sandbox, and only pixels were kept.</summary>
    public int CleanedDatasets { get; init; }

    public int RejectedFiles { get; init; }

    /// <summary>Data sets with an image that may still carry text, and all of those seen by a person.</summary>
    public int DatasetsWithSuspects { get; init; }

    public int DatasetsSuspectsJudged { get; init; }

    public int DatasetsUnderTerms { get; init; }

    public int DatasetsTermsLapsed { get; init; }

    public int Studies { get; init; }

    public int ProtectedStudies { get; init; }

    public int StudiesInTheClear { get; init; }

    public int StudiesWithCap { get; init; }

    public int RoundsCompleted { get; init; }

    public int Evaluations { get; init; }

    public int LedgerRows { get; init; }

    public int LedgerAlarms { get; init; }

    public int RiskDecisions { get; init; }

    public int AttackTests { get; init; }
}
