using System.Globalization;
using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>What rows cost: the one calculation behind writing, verifying and reporting.</summary>
internal sealed class LedgerMath(LedgerHeader header)
{
    private readonly PrivacyAccountant _accountant = new(header.Shares, RenyiOrders.Named(header.Orders), header.Delta);

    public PrivacyCost Cost(ReleaseParameters release, int contributors, PrivacyView view) =>
        _accountant.CostOf(release, contributors, view);

    public void Add(ReleaseParameters release, int contributors) => _accountant.Add(release, contributors);

    /// <summary>Begins with what the rows before cost.</summary>
    public void Restore(IReadOnlyDictionary<PrivacyView, PrivacyCost> costs) => _accountant.Restore(costs);

    /// <returns>Of all rows added so far; a view without releases has none.</returns>
    public IReadOnlyDictionary<PrivacyView, PrivacyCost> Costs() =>
        PrivacyAccountant.Views.Where(view => _accountant.Cost(view) is not null).ToDictionary(view => view, view => _accountant.Cost(view)!);

    public PrivacyStatement Statement(PrivacyView view) => _accountant.Statement(view);

    /// <returns>What is wrong when the declared sensitivity is smaller than clipping and rounding allow; null when nothing is.</returns>
    public string? SensitivityProblem(ReleaseParameters release, double clippingNorm, double scale)
    {
        double[] numbers = [release.L1, release.L2, release.LInfinity, release.LocalNoise, release.Dimension, clippingNorm, scale];
        if (!numbers.All(number => double.IsFinite(number) && number >= 0))
        {
            return "expected finite numbers of at least 0";
        }

        double l2 = clippingNorm;
        double l1 = 0;
        double lInfinity = 0;
        if (release.Mechanism is MechanismNames.Skellam or MechanismNames.DiscreteGaussian or MechanismNames.OffsetPoisson)
        {
            l2 = RoundedNorm.L2Bound(clippingNorm * scale, release.Dimension, header.Beta);
            l1 = RoundedNorm.L1Bound(l2, release.Dimension);
            lInfinity = release.Mechanism == MechanismNames.OffsetPoisson ? Math.Min(l2, clippingNorm * scale) : 0;
        }
        else if (release.Mechanism != MechanismNames.Gaussian)
        {
            return null;
        }

        const double atLeast = 1 - LedgerVerifier.Tolerance;
        return release.L2 >= l2 * atLeast && release.L1 >= l1 * atLeast && release.LInfinity >= lInfinity * atLeast
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"expected Δ2 ≥ {l2:R}, Δ1 ≥ {l1:R}, Δ∞ ≥ {lInfinity:R} but got {release.L2:R}, {release.L1:R}, {release.LInfinity:R}");
    }

    public static IReadOnlyList<double> Curve(PrivacyCost cost) => cost is RenyiCost known ? known.Curve.Values : [];

    public static string Text(PrivacyStatement statement) => statement switch
    {
        EpsilonStatement known => known.Epsilon.ToString("R", CultureInfo.InvariantCulture),
        UnboundedStatement => "infinite",
        UnaccountedStatement => PrivacyWording.NotAccounted,
        _ => PrivacyWording.NothingReleased,
    };
}
