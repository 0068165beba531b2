using System.Globalization;

namespace FedPortal.Audit.Evidence;

/// <summary>The records behind the clauses. A record is named only when there is at least one: no record is no evidence.</summary>
internal sealed class EvidenceRecords(EvidenceFigures figures)
{
    public IEnumerable<EvidenceItem> AuditLog => Some(figures.AuditEntries, $"{N(figures.AuditEntries)} entries in the hash-chained audit log, {N(figures.SignedEntries)} of them under {N(figures.Checkpoints)} signed checkpoints", EvidencePlace.AuditLog);

    public IEnumerable<EvidenceItem> Verification => Some(figures.Checkpoints, "the log can be exported and verified offline against the portal's key", EvidencePlace.AuditExport);

    public IEnumerable<EvidenceItem> Accounts => Some(figures.AccountsInARole, $"{N(figures.AccountsInARole)} of {N(figures.Accounts)} accounts hold a role; every page and endpoint is denied by default", EvidencePlace.People);

    public IEnumerable<EvidenceItem> SecondFactor => Some(figures.AccountsWithSecondFactor, $"{N(figures.AccountsWithSecondFactor)} of {N(figures.Accounts)} accounts sign in with a second factor", EvidencePlace.People);

    public IEnumerable<EvidenceItem> Institutions => Some(figures.Institutions, $"{N(figures.Institutions)} institutions admitted, {N(figures.SuspendedInstitutions)} suspended, each with its history", EvidencePlace.Institutions);

    public IEnumerable<EvidenceItem> SiteKeys => Some(figures.RegisteredSiteKeys, $"signing keys of {N(figures.RegisteredSiteKeys)} site programs are registered with their fingerprints", EvidencePlace.Institutions);

    public IEnumerable<EvidenceItem> Cleaned => Some(figures.CleanedDatasets, $"{N(figures.CleanedDatasets)} data sets with a quality and de-identification report; {N(figures.RejectedFiles)} files refused", EvidencePlace.Datasets);

    public IEnumerable<EvidenceItem> Judged => Some(figures.DatasetsSuspectsJudged, $"{N(figures.DatasetsSuspectsJudged)} of {N(figures.DatasetsWithSuspects)} data sets with possible burned-in text were looked through by a person", EvidencePlace.Datasets);

    public IEnumerable<EvidenceItem> Terms => Some(figures.DatasetsUnderTerms, $"data-use terms accepted for {N(figures.DatasetsUnderTerms)} data sets, lapsed for {N(figures.DatasetsTermsLapsed)}", EvidencePlace.Datasets);

    public IEnumerable<EvidenceItem> Purpose => Some(figures.Studies, $"{N(figures.Studies)} studies state their question, roster and data sets, and never change once started", EvidencePlace.Studies);

    public IEnumerable<EvidenceItem> Protected => Some(figures.ProtectedStudies, $"{N(figures.ProtectedStudies)} studies encrypt updates at the institutions; the portal opens sums only", EvidencePlace.Studies);

    public IEnumerable<EvidenceItem> Caps => Some(figures.StudiesWithCap, $"{N(figures.StudiesWithCap)} studies have an ε cap that every site enforces itself", EvidencePlace.Privacy);

    public IEnumerable<EvidenceItem> Ledgers => Some(figures.LedgerRows, $"{N(figures.LedgerRows)} releases in signed privacy ledgers, {N(figures.LedgerAlarms)} alarms", EvidencePlace.Privacy);

    public IEnumerable<EvidenceItem> Risk => Some(figures.RiskDecisions, $"{N(figures.RiskDecisions)} assessments of risk in force, with their reasons", EvidencePlace.Risk);

    public IEnumerable<EvidenceItem> Attacks => Some(figures.AttackTests, $"{N(figures.AttackTests)} attack tests of models finished", EvidencePlace.Risk);

    public IEnumerable<EvidenceItem> Rounds => Some(figures.RoundsCompleted, $"{N(figures.RoundsCompleted)} rounds completed, each with who took part, when, and the hash of what was handed in", EvidencePlace.Rounds);

    public IEnumerable<EvidenceItem> Evaluations => Some(figures.Evaluations, $"{N(figures.Evaluations)} evaluations on images that were held out, with intervals", EvidencePlace.Studies);

    private static IEnumerable<EvidenceItem> Some(long count, string text, EvidencePlace place) => count > 0 ? [new EvidenceItem(text, place)] : [];

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
