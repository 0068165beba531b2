using FedPortal.Audit.Evidence;
using Xunit;

namespace FedPortal.Tests.Portal.Domain;

public sealed class EvidenceTests
{
    [Fact]
    public void AnEmptyPortalHasNoEvidenceForAnything()
    {
        EvidenceClause[] clauses = [.. HipaaClauses.Of(new EvidenceFigures()), .. GdprClauses.Of(new EvidenceFigures())];

        Assert.All(clauses, clause => Assert.True(clause.IsOpen, clause.Reference));
    }

    [Fact]
    public void ARecordSupportsItsClauses_AndOnlyThose()
    {
        IReadOnlyList<EvidenceClause> clauses = HipaaClauses.Of(new EvidenceFigures { AuditEntries = 12, SignedEntries = 10, Checkpoints = 2 });

        EvidenceClause audit = clauses.Single(clause => clause.Reference == "§164.312(b)");
        Assert.Contains(audit.Items, item => item.Text.StartsWith("12 entries", StringComparison.Ordinal));
        Assert.True(clauses.Single(clause => clause.Reference == "§164.312(d)").IsOpen);
    }

    [Fact]
    public void SignaturesEnrolmentsAndWithdrawals_SupportTheirClauses()
    {
        var figures = new EvidenceFigures { Enrolments = 1, SiteCertificates = 3, RevokedSiteCertificates = 1, Withdrawals = 1, PlanSignatures = 5, PlanSignaturesOnBehalf = 2, ReleaseSignatures = 2 };
        ILookup<string, string> texts = HipaaClauses.Of(figures).Concat(GdprClauses.Of(figures))
            .SelectMany(clause => clause.Items.Select(item => (clause.Reference, item.Text))).ToLookup(pair => pair.Reference, pair => pair.Text);

        Assert.Contains("5 signatures of institutions under flight plans, 2 of them on behalf of a hosted one", texts["Art. 5(1)(b)"]);
        Assert.Contains("2 signatures under the evidence for releasing a model", texts["§164.312(c)"]);
        Assert.Contains("1 enrolment of hospitals' own machines, each confirmed by a compared fingerprint", texts["§164.312(d)"]);
        Assert.Contains("3 client certificates issued to site programs, 1 revoked; each is good for days", texts["§164.312(e)"]);
        Assert.Contains("1 institution left, each with a signed record of the models that contain its updates", texts["Art. 15–22"]);
    }

    [Fact]
    public void ClausesThatNoSystemCanCover_StayOpenWhateverItHolds()
    {
        var everything = new EvidenceFigures
        {
            AuditEntries = 9,
            SignedEntries = 9,
            Checkpoints = 9,
            Accounts = 9,
            AccountsInARole = 9,
            AccountsWithSecondFactor = 9,
            Institutions = 9,
            RegisteredSiteKeys = 9,
            Enrolments = 9,
            SiteCertificates = 9,
            Withdrawals = 9,
            PlanSignatures = 9,
            ReleaseSignatures = 9,
            CleanedDatasets = 9,
            DatasetsWithSuspects = 9,
            DatasetsSuspectsJudged = 9,
            DatasetsUnderTerms = 9,
            Studies = 9,
            ProtectedStudies = 9,
            StudiesWithCap = 9,
            RoundsCompleted = 9,
            Evaluations = 9,
            LedgerRows = 9,
            RiskDecisions = 9,
            AttackTests = 9,
        };
        EvidenceClause[] clauses = [.. HipaaClauses.Of(everything), .. GdprClauses.Of(everything)];

        string[] open = [.. clauses.Where(clause => clause.IsOpen).Select(clause => clause.Reference)];
        Assert.Contains("§164.308(b), §164.504(e)", open);
        Assert.Contains("Art. 6, 9(2)", open);
        Assert.All(clauses.Where(clause => clause.IsOpen), clause => Assert.NotEmpty(clause.Missing));
    }

    [Fact]
    public void NoWordSaysThatAnybodyComplies()
    {
        var everything = new EvidenceFigures { AuditEntries = 1, Checkpoints = 1, Studies = 1, ProtectedStudies = 1, LedgerRows = 1 };

        Assert.All(HipaaClauses.Of(everything).Concat(GdprClauses.Of(everything)), clause =>
            Assert.DoesNotContain("complian", $"{clause.Title} {clause.Asks} {clause.Missing} {string.Join(' ', clause.Items)}", StringComparison.OrdinalIgnoreCase));
    }
}
