namespace FedPortal.Audit.Evidence;

/// <summary>Clauses of HIPAA's Privacy, Security and Breach Notification Rules (45 CFR Part 164) that a system like this has records for, or should.</summary>
public static class HipaaClauses
{
    public static IReadOnlyList<EvidenceClause> Of(EvidenceFigures figures)
    {
        var records = new EvidenceRecords(figures);
        return
        [
            new("§164.308(a)(1)(ii)(A)", "Risk analysis", "Assess the risks to confidentiality, integrity and availability.", [.. records.Risk, .. records.Attacks], "The organisation's own risk analysis covers far more than model training."),
            new("§164.308(a)(1)(ii)(D)", "Information system activity review", "Review records of what happened in the system regularly.", [.. records.AuditLog, .. records.Verification], "Who reviews the log how often is the organisation's procedure."),
            new("§164.308(a)(3)–(4)", "Workforce and access authorisation", "Only people who need it get access, and it ends with the need.", [.. records.Accounts, .. records.Withdrawals], "Hiring, training and leaving are outside this system."),
            new("§164.308(a)(6)", "Security incidents", "Identify, answer and document incidents.", [.. records.AuditLog], "An incident response plan."),
            new("§164.308(a)(7)", "Contingency plan", "Back up, restore and keep working in an emergency.", [], "Backups and the drill of restoring them are the operator's; this system keeps no record of them."),
            new("§164.308(b), §164.504(e)", "Business associate contracts", "A contract binds whoever handles protected health information on behalf of an institution.", [], "Contracts are signed and kept outside; data-use terms accepted here do not replace them."),
            new("§164.310", "Physical safeguards", "Protect rooms, workstations and media.", [], "Entirely at the institutions and the operator."),
            new("§164.312(a)", "Access control", "Unique users, automatic log-off, encryption at rest.", [.. records.Accounts], "Encryption of disks at the institutions and at the portal."),
            new("§164.312(b)", "Audit controls", "Record and examine activity.", [.. records.AuditLog, .. records.Verification, .. records.Rounds], ""),
            new("§164.312(c)", "Integrity", "Protect against improper change, and be able to notice it.", [.. records.Verification, .. records.Ledgers, .. records.ReleaseSignatures], ""),
            new("§164.312(d)", "Person or entity authentication", "Whoever asks for access is who they claim to be.", [.. records.SecondFactor, .. records.SiteKeys, .. records.Enrolments, .. records.Certificates], ""),
            new("§164.312(e)", "Transmission security", "Guard what travels over networks.", [.. records.Protected, .. records.Certificates], "Transport encryption is set up by the operator."),
            new("§164.502(b)", "Minimum necessary", "Use and disclose no more than the purpose needs.", [.. records.Protected, .. records.Caps, .. records.Purpose, .. records.PlanSignatures], "Images stay at the institutions by construction; whether the labels asked for are the minimum is a judgement."),
            new("§164.508, §164.512(i)", "Authorisation, or research without it", "A patient's authorisation, or a waiver by a board for research.", [], "Authorisations and waivers are kept at the institutions. No record of them exists here."),
            new("§164.514(a)–(b)", "De-identification", "Remove what identifies, by expert determination or by the list of 18 identifiers.", [.. records.Cleaned, .. records.Judged], "The portal removes everything but pixels and names doubtful images. An expert's determination is a document of the institution's."),
            new("§164.528", "Accounting of disclosures", "Tell an individual to whom information was disclosed.", [.. records.Ledgers, .. records.Rounds], "Records are by institution and round; no individual can be looked up, because the portal knows none."),
            new("§164.404–410", "Breach notification", "Notify individuals, the authority and the covered entity.", [], "Notifications are made and kept outside. The log shows what happened when."),
        ];
    }
}
