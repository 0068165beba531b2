namespace FedPortal.Training.Ledger;

/// <summary>What can be wrong with a ledger.</summary>
public enum LedgerProblemKind
{
    /// <summary>A line cannot be read, or is not written in the one canonical way.</summary>
    Format,

    /// <summary>The header is missing, of an unknown version, not in the first line, or not the pinned site's.</summary>
    Header,

    /// <summary>The contents do not give the hash.</summary>
    Hash,

    /// <summary>The signature is not by the site's key (or a countersignature not by its own).</summary>
    Signature,

    /// <summary>A row is missing, doubled or out of order, or does not follow from the line before.</summary>
    Sequence,

    /// <summary>The sensitivity is smaller than the clipping norm, scale and rounding allow.</summary>
    Sensitivity,

    /// <summary>More contributors than institutions, fewer than the minimum, or one named twice.</summary>
    Contributors,

    /// <summary>A Rényi curve or a cumulative ε is not what the row's own numbers give.</summary>
    Epsilon,

    /// <summary>The row says it was allowed although the norm check failed or the cap was passed.</summary>
    Cap,

    /// <summary>The last hash is not the expected one: rows were cut off, or the copy is another one.</summary>
    Head,
}

/// <summary>The first thing that is wrong.</summary>
/// <param name="Row">Sequence of the row; 0 is the header.</param>
/// <param name="Kind">What.</param>
/// <param name="Detail">In words, with both sides.</param>
public sealed record LedgerProblem(int Row, LedgerProblemKind Kind, string Detail)
{
    public override string ToString() => $"{(Row == 0 ? "the header" : $"row {Row}")}: {Words}: {Detail}";

    private string Words => Kind switch
    {
        LedgerProblemKind.Format => "bad format",
        LedgerProblemKind.Header => "wrong header",
        LedgerProblemKind.Hash => "hash mismatch",
        LedgerProblemKind.Signature => "bad signature",
        LedgerProblemKind.Sequence => "broken sequence",
        LedgerProblemKind.Sensitivity => "sensitivity too small",
        LedgerProblemKind.Contributors => "wrong contributors",
        LedgerProblemKind.Epsilon => "ε mismatch",
        LedgerProblemKind.Cap => "cap passed",
        _ => "wrong last hash",
    };
}
