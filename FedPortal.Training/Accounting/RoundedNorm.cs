namespace FedPortal.Training.Accounting;

/// <summary>
/// How far randomised rounding to the integer lattice can stretch a vector (Kairouz, Liu, Steinke 2021, Theorem 1), when the rounding is
/// drawn again until the bound holds.
/// </summary>
public static class RoundedNorm
{
    /// <summary>The usual β = e^(−1/2): a draw passes with probability of at least 1 − β = 0.39.</summary>
    public static double DefaultBeta { get; } = Math.Exp(-0.5);

    /// <returns>min{c + √d, √(c² + d/4 + √(2 ln(1/β))·(c + √d/2))}, in integer units.</returns>
    /// <param name="scaledNorm">c = s·C: the clipping norm in integer units.</param>
    /// <param name="dimension">d, the number of coordinates.</param>
    /// <param name="beta">In [0, 1); 0 means that a single draw must always pass.</param>
    public static double L2Bound(double scaledNorm, double dimension, double beta)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scaledNorm);
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta, 1);
        double root = Math.Sqrt(dimension);
        double always = scaledNorm + root;
        double spread = Math.Sqrt(2 * Math.Log(1 / beta)) * (scaledNorm + (root / 2));
        return beta == 0 ? always : Math.Min(always, Math.Sqrt((scaledNorm * scaledNorm) + (dimension / 4) + spread));
    }

    /// <returns>Δ2·min(√d, Δ2): for integers no coordinate is larger than its square.</returns>
    public static double L1Bound(double l2, double dimension) => l2 * Math.Min(Math.Sqrt(dimension), l2);
}
