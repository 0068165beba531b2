namespace FedPortal.Training.Accounting;

/// <summary>Adds up the cost of releases in the three views.</summary>
public sealed class PrivacyAccountant(NoiseShares shares, RenyiOrders orders, double delta)
{
    private readonly Dictionary<PrivacyView, PrivacyCost> _costs = [];

    // Most rounds of a study release with the same numbers: their cost is worked out once.
    private readonly Dictionary<int, PrivacyCost> _costsByShares = [];
    private ReleaseParameters? _sameRelease;

    public static IReadOnlyList<PrivacyView> Views { get; } = Enum.GetValues<PrivacyView>();

    /// <summary>Adds a release with the number of shares that arrived.</summary>
    public void Add(ReleaseParameters release, int contributors)
    {
        foreach (PrivacyView view in Views)
        {
            PrivacyCost cost = CostOf(release, contributors, view);
            _costs[view] = _costs.TryGetValue(view, out PrivacyCost? before) ? PrivacyCost.Add(before, cost) : cost;
        }
    }

    /// <summary>Begins with what was added up before.</summary>
    public void Restore(IReadOnlyDictionary<PrivacyView, PrivacyCost> costs)
    {
        foreach ((PrivacyView view, PrivacyCost cost) in costs)
        {
            _costs[view] = cost;
        }
    }

    /// <returns>What one release costs in a view. It adds nothing.</returns>
    public PrivacyCost CostOf(ReleaseParameters release, int contributors, PrivacyView view)
    {
        if (release != _sameRelease)
        {
            _costsByShares.Clear();
            _sameRelease = release;
        }

        int seen = shares.SharesSeen(view, contributors);
        if (!_costsByShares.TryGetValue(seen, out PrivacyCost? cost))
        {
            _costsByShares[seen] = cost = release.Cost(seen, orders);
        }

        return cost;
    }

    /// <returns>The sum so far; null when nothing was released.</returns>
    public PrivacyCost? Cost(PrivacyView view) => _costs.GetValueOrDefault(view);

    public PrivacyStatement Statement(PrivacyView view) => PrivacyStatement.For(Cost(view), delta);
}
