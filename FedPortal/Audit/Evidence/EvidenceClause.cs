namespace FedPortal.Audit.Evidence;

/// <summary>Where a record can be seen.</summary>
public enum EvidencePlace
{
    None,
    AuditLog,
    AuditExport,
    People,
    Institutions,
    Datasets,
    Studies,
    Rounds,
    Privacy,
    Risk,
    Models,
}

/// <summary>A record of this system that supports a clause.</summary>
/// <param name="Text">What the record is, with its count.</param>
/// <param name="Place">Where it can be seen.</param>
public sealed record EvidenceItem(string Text, EvidencePlace Place);

/// <summary>One clause of a law with what this system holds for it. Whether that suffices is for people to judge.</summary>
/// <param name="Reference">For example "§164.312(b)" or "Art. 32".</param>
/// <param name="Title">Short.</param>
/// <param name="Asks">What the clause asks, in our own plain words.</param>
/// <param name="Items">Records that exist; empty leaves the clause open.</param>
/// <param name="Missing">What this system does not hold and the consortium must keep elsewhere; empty when nothing comes to mind.</param>
public sealed record EvidenceClause(string Reference, string Title, string Asks, IReadOnlyList<EvidenceItem> Items, string Missing)
{
    public bool IsOpen => Items.Count == 0;
}
