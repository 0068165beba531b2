using System.Globalization;

namespace FedPortal.Audit.Evidence;

/// <summary>The records behind the clauses. A record is named only when there is at least one: no record is no evidence.</summary>
internal sealed class EvidenceRecords(EvidenceFigures figures)
{
    public IEnumerable<EvidenceItem> AuditLog => Some(figures.AuditEntries, $"{C(figures.AuditEntries, "entry", "entries")} in the hash-chained audit log, {N(figures.SignedEntries)} of them under {C(figures.Checkpoints, "signed checkpoint")}", EvidencePlace.AuditLog);

    public IEnumerable<EvidenceItem> Verification => Some(figures.Checkpoints, "the log can be exported and verified offline against the portal's key", EvidencePlace.AuditExport);

    public IEnumerable<EvidenceItem> Accounts => Some(figures.AccountsInARole, $"{N(figures.AccountsInARole)} of {C(figures.Accounts, "account")} with a role; every page and endpoint is denied by default", EvidencePlace.People);

    public IEnumerable<EvidenceItem> SecondFactor => Some(figures.AccountsWithSecondFactor, $"{N(figures.AccountsWithSecondFactor)} of {C(figures.Accounts, "account")} with a second factor for signing in", EvidencePlace.People);

    public IEnumerable<EvidenceItem> Institutions => Some(figures.Institutions, $"{C(figures.Institutions, "institution")} admitted, {N(figures.SuspendedInstitutions)} suspended, each with its history", EvidencePlace.Institutions);

    public IEnumerable<EvidenceItem> SiteKeys => Some(figures.RegisteredSiteKeys, $"signing keys of {C(figures.RegisteredSiteKeys, "site program")} registered with their fingerprints", EvidencePlace.Institutions);

    public IEnumerable<EvidenceItem> Enrolments => Some(figures.Enrolments, $"{C(figures.Enrolments, "enrolment")} of hospitals' own machines, each confirmed by a compared fingerprint", EvidencePlace.Institutions);

    public IEnumerable<EvidenceItem> Certificates => Some(figures.SiteCertificates, $"{C(figures.SiteCertificates, "client certificate")} issued to site programs, {N(figures.RevokedSiteCertificates)} revoked; each is good for days", EvidencePlace.Institutions);

    public IEnumerable<EvidenceItem> Withdrawals => Some(figures.Withdrawals, $"{C(figures.Withdrawals, "institution")} left, each with a signed record of the models that contain its updates", EvidencePlace.Institutions);

    public IEnumerable<EvidenceItem> PlanSignatures => Some(figures.PlanSignatures, $"{C(figures.PlanSignatures, "signature")} of institutions under flight plans, {N(figures.PlanSignaturesOnBehalf)} of them on behalf of a hosted one", EvidencePlace.Studies);

    public IEnumerable<EvidenceItem> ReleaseSignatures => Some(figures.ReleaseSignatures, $"{C(figures.ReleaseSignatures, "signature")} under the evidence for releasing a model", EvidencePlace.Models);

    public IEnumerable<EvidenceItem> Cleaned => Some(figures.CleanedDatasets, $"{C(figures.CleanedDatasets, "data set")} with a quality and de-identification report; {C(figures.RejectedFiles, "file")} refused", EvidencePlace.Datasets);

    public IEnumerable<EvidenceItem> Judged => Some(figures.DatasetsSuspectsJudged, $"{N(figures.DatasetsSuspectsJudged)} of {C(figures.DatasetsWithSuspects, "data set")} with possible burned-in text looked through by a person", EvidencePlace.Datasets);

    public IEnumerable<EvidenceItem> Terms => Some(figures.DatasetsUnderTerms, $"data-use terms accepted for {C(figures.DatasetsUnderTerms, "data set")}, lapsed for {N(figures.DatasetsTermsLapsed)}", EvidencePlace.Datasets);

    public IEnumerable<EvidenceItem> Purpose => Some(figures.Studies, $"{C(figures.Studies, "study", "studies")} with question, roster and data sets on record, unchangeable once started", EvidencePlace.Studies);

    public IEnumerable<EvidenceItem> Protected => Some(figures.ProtectedStudies, $"{C(figures.ProtectedStudies, "study", "studies")} with updates encrypted at the institutions; the portal opens sums only", EvidencePlace.Studies);

    public IEnumerable<EvidenceItem> Caps => Some(figures.StudiesWithCap, $"{C(figures.StudiesWithCap, "study", "studies")} with an ε cap that every site enforces itself", EvidencePlace.Privacy);

    public IEnumerable<EvidenceItem> Ledgers => Some(figures.LedgerRows, $"{C(figures.LedgerRows, "row")} in signed privacy ledgers, {C(figures.LedgerAlarms, "alarm")}", EvidencePlace.Privacy);

    public IEnumerable<EvidenceItem> Risk => Some(figures.RiskDecisions, $"{C(figures.RiskDecisions, "assessment")} of risk in force, with their reasons", EvidencePlace.Risk);

    public IEnumerable<EvidenceItem> Attacks => Some(figures.AttackTests, $"{C(figures.AttackTests, "attack test")} of models finished", EvidencePlace.Risk);

    public IEnumerable<EvidenceItem> Rounds => Some(figures.RoundsCompleted, $"{C(figures.RoundsCompleted, "round")} completed, each with who took part, when, and the hash of what was handed in", EvidencePlace.Rounds);

    public IEnumerable<EvidenceItem> Evaluations => Some(figures.Evaluations, $"{C(figures.Evaluations, "evaluation")} on images that were held out, with intervals", EvidencePlace.Studies);

    private static IEnumerable<EvidenceItem> Some(long count, string text, EvidencePlace place) => count > 0 ? [new EvidenceItem(text, place)] : [];

    private static string C(long value, string one, string? many = null) => $"{N(value)} {(value == 1 ? one : many ?? one + "s")}";

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
