namespace FedPortal.Training.Accounting;

/// <summary>The price of clipping at a privately estimated quantile (Andrew and others 2021).</summary>
public static class AdaptiveClipping
{
    /// <returns>
    /// (z⁻² − (2σ_b)⁻²)^(−½): the noise multiplier that the update itself needs so that update and count together cost as much as z.
    /// Infinite, which means impossible, when z ≥ 2σ_b: with few institutions, fix the clipping norm from public data instead.
    /// </returns>
    /// <param name="noiseMultiplier">z that both together may cost.</param>
    /// <param name="countNoise">σ_b, the noise on the number of units below the clipping norm.</param>
    public static double UpdateNoiseMultiplier(double noiseMultiplier, double countNoise)
    {
        double rest = (1 / (noiseMultiplier * noiseMultiplier)) - (1 / (4 * countNoise * countNoise));
        return rest <= 0 ? double.PositiveInfinity : 1 / Math.Sqrt(rest);
    }
}
