namespace FedPortal.Training.Ledger;

/// <summary>Two copies of one ledger, the site's and the portal's. A difference is an alarm: one side has changed or withheld something.</summary>
/// <param name="Difference">The first difference; null when header and all rows are the same.</param>
public sealed record LedgerComparison(LedgerProblem? Difference)
{
    /// <summary>Compares two copies that have each been verified. Countersignatures may differ; rows may not.</summary>
    public static LedgerComparison Of(LedgerVerification one, LedgerVerification other)
    {
        int shared = Math.Min(one.Hashes.Count, other.Hashes.Count);
        for (int row = 0; row < shared; row++)
        {
            if (one.Hashes[row] != other.Hashes[row])
            {
                var kind = row == 0 ? LedgerProblemKind.Header : LedgerProblemKind.Hash;
                return new LedgerComparison(new LedgerProblem(row, kind, $"one copy has {one.Hashes[row]}, the other {other.Hashes[row]}"));
            }
        }

        return new LedgerComparison(one.Hashes.Count == other.Hashes.Count
            ? null
            : new LedgerProblem(shared, LedgerProblemKind.Sequence, $"one copy has {one.Rows.Count} rows, the other {other.Rows.Count}"));
    }
}
