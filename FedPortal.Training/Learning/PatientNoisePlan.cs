using System.Text.Json.Serialization;
using FedPortal.Training.Accounting;

namespace FedPortal.Training.Learning;

/// <summary>
/// Local training that protects each patient of an institution by itself (DP-SGD, Abadi et al. 2016): in every step patients are drawn
/// independently, each one's gradient is clipped, and the institution adds all of the noise. What comes out may be shown to anyone.
/// </summary>
public sealed record PatientNoisePlan
{
    /// <summary>Values of the largest network that the sensitivity is worked out for: 2^25. A smaller network is charged a little too much.</summary>
    public const int MostValues = 1 << 25;

    /// <summary>s·C: lattice units of the clipping norm.</summary>
    public const double ScaledClip = 1 << 20;

    /// <summary>q: the probability with which a patient takes part in a step.</summary>
    public required double SamplingRate { get; init; }

    /// <summary>C: the longest gradient of one patient.</summary>
    public required double ClippingNorm { get; init; }

    /// <summary>z: standard deviation of the noise, divided by C.</summary>
    public required double NoiseMultiplier { get; init; }

    /// <summary>Steps of one round.</summary>
    public required int Steps { get; init; }

    /// <summary>
    /// What a step releases. The clipped sum is rounded to integers, which can move two neighbouring sums apart by at most √d more, and gets
    /// Skellam noise.
    /// </summary>
    [JsonIgnore]
    public ReleaseParameters Release => new()
    {
        Mechanism = MechanismNames.Skellam,
        L2 = Sensitivity,
        L1 = Sensitivity * Math.Sqrt(MostValues),
        LInfinity = Sensitivity,
        LocalNoise = NoiseMultiplier * ScaledClip * (NoiseMultiplier * ScaledClip),
        Dimension = MostValues,
        SamplingRate = SamplingRate,
    };

    private static double Sensitivity => ScaledClip + Math.Sqrt(MostValues);

    /// <returns>What can be said of each patient after so many rounds.</returns>
    public PrivacyStatement Statement(int rounds, double delta) => rounds == 0
        ? new NothingReleased()
        : PrivacyStatement.For((Release with { Steps = checked(rounds * Steps) }).Cost(shares: 1, RenyiOrders.Standard), delta);

    /// <returns>The same plan with the least noise that keeps (ε, δ) over all rounds.</returns>
    /// <exception cref="ArgumentException">No noise keeps the promise.</exception>
    public PatientNoisePlan WithNoiseFor(double epsilon, double delta, int rounds)
    {
        double noise = NoisePlanner.SmallestNoise(
            epsilon, delta, z => ((this with { NoiseMultiplier = z }).Release with { Steps = checked(rounds * Steps) }).Cost(shares: 1, RenyiOrders.Standard));
        return double.IsInfinity(noise)
            ? throw new ArgumentException(FormattableString.Invariant($"No amount of noise keeps ε = {epsilon} at δ = {delta} over {rounds} rounds of {Steps} steps."), nameof(epsilon))
            : this with { NoiseMultiplier = noise };
    }
}
