namespace FedPortal.Training.AuditLog;

/// <summary>What can be wrong with an audit log.</summary>
public enum AuditProblemKind
{
    /// <summary>A line cannot be read, is not written in the one canonical way, or is a second first line.</summary>
    Format,

    /// <summary>The contents do not give the hash: somebody changed them.</summary>
    Hash,

    /// <summary>An entry is missing, doubled or out of order, or does not follow from the one before.</summary>
    Sequence,

    /// <summary>A checkpoint is not signed by its key, or the key is not the expected one.</summary>
    Signature,

    /// <summary>A checkpoint signs another entry than the one before it.</summary>
    Checkpoint,

    /// <summary>An entry of an earlier export is missing or has changed.</summary>
    Earlier,
}

/// <summary>The first thing that is wrong.</summary>
/// <param name="Sequence">Of the entry; 0 is the line about the file itself.</param>
/// <param name="Kind">What.</param>
/// <param name="Detail">In words, with both sides.</param>
public sealed record AuditProblem(long Sequence, AuditProblemKind Kind, string Detail)
{
    public override string ToString() => $"{(Sequence == 0 ? "the first line" : $"entry {Sequence}")}: {Words}: {Detail}";

    private string Words => Kind switch
    {
        AuditProblemKind.Format => "bad format",
        AuditProblemKind.Hash => "hash mismatch",
        AuditProblemKind.Sequence => "broken chain",
        AuditProblemKind.Signature => "bad signature",
        AuditProblemKind.Checkpoint => "wrong checkpoint",
        _ => "differs from the earlier export",
    };
}
