using System.Globalization;
using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>What rows cost: the one calculation behind writing, verifying and reporting.</summary>
internal sealed class LedgerMath(LedgerHeader header)
{
    private readonly RenyiOrders _orders = RenyiOrders.Named(header.Orders);
    private readonly PrivacyAccountant _accountant = new(header.Shares, RenyiOrders.Named(header.Orders), header.Delta);

    public PrivacyCost Cost(ReleaseParameters release, int contributors, PrivacyView view) =>
        release.Cost(header.Shares.SharesSeen(view, contributors), _orders);

    public void Add(ReleaseParameters release, int contributors) => _accountant.Add(release, contributors);

    public PrivacyStatement Statement(PrivacyView view) => _accountant.Statement(view);

    public static IReadOnlyList<double> Curve(PrivacyCost cost) => cost is RenyiCost known ? known.Curve.Values : [];

    public static string Text(PrivacyStatement statement) => statement switch
    {
        EpsilonStatement known => known.Epsilon.ToString("R", CultureInfo.InvariantCulture),
        UnboundedStatement => "infinite",
        UnaccountedStatement => PrivacyWording.NotAccounted,
        _ => PrivacyWording.NothingReleased,
    };

    /// <returns>The adversary of a view, in words.</returns>
    public string Adversary(PrivacyView view) => view switch
    {
        PrivacyView.PublishedSum => "anyone who sees the published sums only",
        PrivacyView.Colluders => string.Create(CultureInfo.InvariantCulture, $"{header.AssumedColluders} colluding institutions that know their own noise"),
        _ => "whoever can see a single institution's update",
    };
}
