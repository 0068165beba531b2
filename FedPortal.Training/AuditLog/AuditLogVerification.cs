namespace FedPortal.Training.AuditLog;

/// <summary>What verification found; all counts are of what comes before the first problem.</summary>
public sealed record AuditLogVerification
{
    /// <summary>The first problem; null when everything verifies.</summary>
    public AuditProblem? Problem { get; init; }

    /// <summary>False for a selection: its entries are genuine, but others may have been left out.</summary>
    public bool IsComplete { get; init; }

    /// <summary>What was selected, in words; null for a complete log.</summary>
    public string? Filter { get; init; }

    /// <summary>Hashes of the good entries by sequence.</summary>
    public IReadOnlyDictionary<long, string> Hashes { get; init; } = new Dictionary<long, string>();

    public int Checkpoints { get; init; }

    public long LastSequence { get; init; }

    /// <summary>Hash of the last good entry.</summary>
    public string Head { get; init; } = "";

    /// <summary>The last entry under a good checkpoint; 0 when there is none. Later ones are chained but not signed yet.</summary>
    public long SignedUpTo { get; init; }

    /// <summary>Public keys that signed checkpoints, in the order of their first use.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Compares with an earlier export of the same log: every one of its entries must still be there, unchanged.</summary>
    /// <returns>The first entry that is not; null when all are. This also notices entries cut off the end.</returns>
    public AuditProblem? DifferenceFrom(AuditLogVerification earlier)
    {
        foreach ((long sequence, string hash) in earlier.Hashes.OrderBy(pair => pair.Key))
        {
            if (!Hashes.TryGetValue(sequence, out string? now))
            {
                return new AuditProblem(sequence, AuditProblemKind.Earlier, $"it had the hash {hash} and is not here");
            }

            if (now != hash)
            {
                return new AuditProblem(sequence, AuditProblemKind.Earlier, $"it had the hash {hash} and has {now} now");
            }
        }

        return null;
    }
}
