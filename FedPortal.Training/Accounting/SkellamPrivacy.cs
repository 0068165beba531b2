using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Accounting;

/// <summary>What symmetric Skellam noise of variance μ on the integer lattice gives.</summary>
public static class SkellamPrivacy
{
    /// <returns>
    /// αΔ2²/(2μ) + min{((2α−1)Δ2² + 6Δ1)/(4μ²), 3Δ1/(2μ)} for integer orders (Agarwal, Kairouz, Liu 2021). Infinite without noise.
    /// </returns>
    /// <param name="order">An integer of at least 2.</param>
    /// <param name="l1">Sensitivity in the 1-norm, in integer units.</param>
    /// <param name="l2">Sensitivity in the 2-norm, in integer units.</param>
    /// <param name="variance">μ of the total noise.</param>
    public static double Renyi(double order, double l1, double l2, double variance)
    {
        RenyiOrders.RequireInteger(order);
        if (variance <= 0)
        {
            return l2 == 0 ? 0 : double.PositiveInfinity;
        }

        double square = l2 * l2;
        double small = (((2 * order) - 1) * square) + (6 * l1);
        return (order * square / (2 * variance)) + Math.Min(small / (4 * variance * variance), 3 * l1 / (2 * variance));
    }

    /// <returns>The exact Rényi divergence for one coordinate that moves by <paramref name="shift"/>.</returns>
    public static double ExactRenyi(double order, int shift, double variance)
    {
        int reach = LatticeReach(variance) + (int)(order * shift) + shift;
        double[] logarithms = SkellamDistribution.LogProbabilities(variance, reach + shift);
        var terms = new double[(2 * reach) + 1];
        for (int x = -reach; x <= reach; x++)
        {
            terms[x + reach] = (order * logarithms[Math.Abs(x - shift)]) + ((1 - order) * logarithms[Math.Abs(x)]);
        }

        return LogSpace.Sum(terms) / (order - 1);
    }

    /// <summary>Beyond this the probability is below 10⁻²⁰, whatever the variance.</summary>
    internal static int LatticeReach(double variance) => 40 + (int)(12 * Math.Sqrt(variance));
}
