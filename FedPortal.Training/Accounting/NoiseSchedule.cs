namespace FedPortal.Training.Accounting;

/// <summary>Noise and clipping for every round, fixed before the first: then plain composition is sound.</summary>
/// <param name="NoiseMultipliers">z of each round, relative to that round's clipping norm.</param>
/// <param name="ClippingNorms">C of each round.</param>
public sealed record NoiseSchedule(IReadOnlyList<double> NoiseMultipliers, IReadOnlyList<double> ClippingNorms)
{
    public int Rounds => NoiseMultipliers.Count;

    /// <returns>The same noise in every round.</returns>
    public static NoiseSchedule Constant(int rounds, double clippingNorm, double noiseMultiplier = 1) =>
        Geometric(rounds, clippingNorm, 1, 1, noiseMultiplier);

    /// <returns>Noise and clipping that change by a factor from round to round.</returns>
    public static NoiseSchedule Geometric(int rounds, double clippingNorm, double noiseFactor, double clippingFactor, double noiseMultiplier = 1) => new(
        [.. Enumerable.Range(0, rounds).Select(round => noiseMultiplier * Math.Pow(noiseFactor, round))],
        [.. Enumerable.Range(0, rounds).Select(round => clippingNorm * Math.Pow(clippingFactor, round))]);

    /// <returns>Phases one after the other, each with its own constant noise.</returns>
    public static NoiseSchedule Phases(double clippingNorm, params IReadOnlyList<(int Rounds, double NoiseMultiplier)> phases)
    {
        double[] multipliers = [.. phases.SelectMany(phase => Enumerable.Repeat(phase.NoiseMultiplier, phase.Rounds))];
        return new NoiseSchedule(multipliers, [.. multipliers.Select(_ => clippingNorm)]);
    }

    /// <summary>The cost of all rounds.</summary>
    /// <param name="roundCost">The cost of one round from its z and C; it must not rise with z.</param>
    public PrivacyCost Cost(Func<double, double, PrivacyCost> roundCost) =>
        NoiseMultipliers.Zip(ClippingNorms, roundCost).Aggregate(PrivacyCost.Add);

    /// <returns>The same shape with all noise multiplied by the smallest factor that keeps the total within (ε, δ).</returns>
    public NoiseSchedule FitTo(double epsilon, double delta, Func<double, double, PrivacyCost> roundCost)
    {
        double factor = NoisePlanner.SmallestNoise(epsilon, delta, scale => Times(scale).Cost(roundCost));
        return double.IsInfinity(factor)
            ? throw new ArgumentException($"No amount of noise reaches ε = {epsilon} at δ = {delta} with these rounds.", nameof(epsilon))
            : Times(factor);
    }

    private NoiseSchedule Times(double factor) => this with { NoiseMultipliers = [.. NoiseMultipliers.Select(z => z * factor)] };
}
