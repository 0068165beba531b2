namespace FedPortal.Training.Accounting;

/// <summary>Adds up the cost of releases in the three views.</summary>
public sealed class PrivacyAccountant(NoiseShares shares, RenyiOrders orders, double delta)
{
    private readonly Dictionary<PrivacyView, PrivacyCost> _costs = [];

    public static IReadOnlyList<PrivacyView> Views { get; } = Enum.GetValues<PrivacyView>();

    /// <summary>Adds a release with the number of shares that arrived.</summary>
    public void Add(ReleaseParameters release, int contributors)
    {
        foreach (PrivacyView view in Views)
        {
            PrivacyCost cost = release.Cost(shares.SharesSeen(view, contributors), orders);
            _costs[view] = _costs.TryGetValue(view, out PrivacyCost? before) ? PrivacyCost.Add(before, cost) : cost;
        }
    }

    /// <returns>The sum so far; null when nothing was released.</returns>
    public PrivacyCost? Cost(PrivacyView view) => _costs.GetValueOrDefault(view);

    public PrivacyStatement Statement(PrivacyView view) => PrivacyStatement.For(Cost(view), delta);
}
