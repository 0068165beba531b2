using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>What verification found.</summary>
public sealed record LedgerVerification
{
    /// <summary>The first problem; null when the whole ledger verifies.</summary>
    public LedgerProblem? Problem { get; init; }

    /// <summary>Null when there is no readable header.</summary>
    public LedgerHeader? Header { get; init; }

    /// <summary>The rows before the first problem.</summary>
    public IReadOnlyList<LedgerRow> Rows { get; init; } = [];

    /// <summary>Hash of the last good line.</summary>
    public string Head { get; init; } = "";

    /// <summary>Hashes of the header and of the good rows.</summary>
    public IReadOnlyList<string> Hashes { get; init; } = [];

    /// <summary>Rows that somebody else signed as well, and who.</summary>
    public IReadOnlyList<LedgerCountersignature> Countersignatures { get; init; } = [];

    /// <summary>Recomputed from <see cref="Rows"/>.</summary>
    public IReadOnlyDictionary<PrivacyView, PrivacyStatement> Statements { get; init; } = new Dictionary<PrivacyView, PrivacyStatement>();

    /// <summary>Recomputed from <see cref="Rows"/>; a view without releases has none.</summary>
    internal IReadOnlyDictionary<PrivacyView, PrivacyCost> Costs { get; init; } = new Dictionary<PrivacyView, PrivacyCost>();

    /// <returns>What the good rows cost together, for example to fill an institution's filter from all its ledgers; null without releases.</returns>
    public PrivacyCost? Cost(PrivacyView view) =>
        Header is null ? throw new InvalidOperationException("There is no readable header.") : Costs.GetValueOrDefault(view);

    /// <returns>What the good rows leave of the cap.</returns>
    public LedgerBudget Budget()
    {
        LedgerHeader header = Header ?? throw new InvalidOperationException("There is no readable header.");
        PrivacyView view = Enum.Parse<PrivacyView>(header.CapView);
        var filter = new PrivacyFilter(header.Study, header.EpsilonCap, header.Delta, RenyiOrders.Named(header.Orders));
        if (Cost(view) is { } spent)
        {
            filter.Restore(spent);
        }

        LedgerRow? last = Rows.LastOrDefault(row => row is { Allowed: true, Kind: ReleaseKinds.Update });
        int? more = last is null || double.IsPositiveInfinity(header.EpsilonCap)
            ? null
            : filter.RemainingReleases(new LedgerMath(header).Cost(last.Parameters, last.Contributors.Count, view), LedgerBudget.MostCounted);
        return new LedgerBudget(header.EpsilonCap, view, Statements[view], more);
    }

    /// <returns>The claim of a view in the product's words.</returns>
    public string Claim(PrivacyView view) =>
        PrivacyWording.Claim(Statements[view], Header!.Scope, PrivacyWording.Adversary(view, Header.AssumedColluders));
}
