namespace FedPortal.Training.Accounting;

/// <summary>
/// What the offset-Poisson channel gives: every coordinate is sent as Poisson(L + s·x) − L with |s·x| ≤ B &lt; L. The bound over
/// coordinates is our own derivation and has not been reviewed outside; reports mark it so.
/// </summary>
public static class OffsetPoissonPrivacy
{
    /// <returns>The exact divergence D_α(Poisson(a) ‖ Poisson(b)) = (a^α b^(1−α) − αa − (1−α)b)/(α−1).</returns>
    public static double ExactRenyi(double order, double rateP, double rateQ) =>
        rateQ <= 0
            ? (rateP <= 0 ? 0 : double.PositiveInfinity)
            : ((rateP * Math.Pow(rateP / rateQ, order - 1)) - (order * rateP) - ((1 - order) * rateQ)) / (order - 1);

    /// <returns>αΔ2²/(2Λ)·(1 + Δ∞/Λ)^(α−2), where Λ = k·(L−B) is the least total rate.</returns>
    public static double Renyi(double order, double l2, double lInfinity, double leastRate) =>
        leastRate <= 0
            ? double.PositiveInfinity
            : order * l2 * l2 / (2 * leastRate) * Math.Pow(1 + (lInfinity / leastRate), order - 2);
}
