namespace FedPortal.Audit.Evidence;

/// <summary>Articles of the General Data Protection Regulation (EU) 2016/679 that a system like this has records for, or should.</summary>
public static class GdprClauses
{
    public static IReadOnlyList<EvidenceClause> Of(EvidenceFigures figures)
    {
        var records = new EvidenceRecords(figures);
        return
        [
            new("Art. 5(1)(b)", "Purpose limitation", "Collect for stated purposes and do nothing else with it.", [.. records.Purpose, .. records.PlanSignatures, .. records.Terms], ""),
            new("Art. 5(1)(c)", "Data minimisation", "No more data than the purpose needs.", [.. records.Protected, .. records.Cleaned], "Images stay at the institutions by construction."),
            new("Art. 5(1)(d)", "Accuracy", "Keep data right, and correct what is wrong.", [.. records.Cleaned, .. records.Evaluations], ""),
            new("Art. 5(1)(e)", "Storage limitation", "Keep it no longer than needed.", [.. records.Terms], "How long images are kept is decided and recorded at each institution."),
            new("Art. 5(1)(f), 32", "Integrity, confidentiality and security of processing", "Technical and organisational measures that fit the risk, tested regularly.", [.. records.Protected, .. records.SecondFactor, .. records.Enrolments, .. records.Certificates, .. records.Verification, .. records.Attacks], ""),
            new("Art. 5(2), 24", "Accountability", "Be able to show that all of this holds.", [.. records.AuditLog, .. records.Ledgers, .. records.PlanSignatures, .. records.ReleaseSignatures], ""),
            new("Art. 6, 9(2)", "Legal basis, health data", "A basis for processing, and one for health data.", [], "Consent, public interest or research law: documents of each institution. No record of them exists here."),
            new("Art. 12–14", "Information to the data subjects", "Tell people what is done with their data.", [], "The institutions inform their patients."),
            new("Art. 15–22", "Rights of the data subjects", "Access, erasure, objection.", [.. records.Withdrawals], "Requests go to the institutions: the portal knows no person. What a model has learned cannot be removed from it; withdrawing an institution ends its part in coming rounds."),
            new("Art. 25", "Data protection by design and by default", "Build protection in.", [.. records.Protected, .. records.Caps, .. records.Ledgers], ""),
            new("Art. 26, 28", "Joint controllers and processors", "An arrangement or contract says who answers for what.", [.. records.PlanSignatures, .. records.Terms], "The consortium agreement and processor contracts are signed outside."),
            new("Art. 30", "Records of processing", "Keep a record of processing activities.", [.. records.Purpose, .. records.Institutions, .. records.Withdrawals, .. records.Rounds], "The formal record names contacts, recipients and time limits; it is kept outside."),
            new("Art. 33–34", "Notification of a breach", "Within 72 hours to the authority, and to people at high risk.", [], "Notifications are made and kept outside. The log shows what happened when."),
            new("Art. 35", "Data protection impact assessment", "Assess high risks before processing.", [.. records.Risk, .. records.Attacks], "The assessment itself is a document of the controllers; these records feed it."),
            new("Art. 44–49", "Transfers to third countries", "Only under safeguards.", [], "Where institutions and the portal stand is not recorded here."),
            new("Art. 89", "Research", "Safeguards such as pseudonymisation for research.", [.. records.Cleaned, .. records.Judged, .. records.Ledgers], ""),
        ];
    }
}
