using System.Text.Json.Serialization;
using FedPortal.Training.Accounting;

namespace FedPortal.Training.PrivateHead;

/// <summary>Everything that a private head's training follows from. All of it is public and fixed before the first round.</summary>
public sealed record PrivateHeadPlan
{
    /// <summary>Features of one image after the public projection.</summary>
    public required int Dimension { get; init; }

    public required int ClassCount { get; init; }

    /// <summary>T: one step a round.</summary>
    public int Rounds { get; init; } = PrivateHeadDefaults.Rounds;

    /// <summary>q: the probability with which a patient takes part in a round.</summary>
    public double SamplingRate { get; init; } = PrivateHeadDefaults.SamplingRate;

    /// <summary>C: the longest gradient of one patient.</summary>
    public double ClippingNorm { get; init; } = PrivateHeadDefaults.ClippingNorm;

    /// <summary>z: standard deviation of the total noise, divided by C. 0 is no noise at all, and then nothing is promised.</summary>
    public double NoiseMultiplier { get; init; }

    /// <summary>How many add to the noise, and how many of them may be missing or curious.</summary>
    public required NoiseShares Shares { get; init; }

    /// <summary>N: patients of all institutions as they declare it. The step divides by q·N, never by how many were drawn.</summary>
    public required int DeclaredPatients { get; init; }

    public double LearningRate { get; init; } = PrivateHeadDefaults.LearningRate;

    /// <summary>Of the server's step, in [0, 1).</summary>
    public double Momentum { get; init; } = PrivateHeadDefaults.Momentum;

    /// <summary>Weights shrink by this times the learning rate in a step; it reads no data and costs nothing.</summary>
    public double WeightDecay { get; init; } = PrivateHeadDefaults.WeightDecay;

    /// <summary>s·C: lattice units of the clipping norm.</summary>
    public double ScaledClip { get; init; } = PrivateHeadDefaults.ScaledClip;

    public double Delta { get; init; } = PrivateHeadDefaults.Delta;

    /// <summary>d: values that travel in a round.</summary>
    [JsonIgnore]
    public int ValueCount => LinearHead.ValueCount(Dimension, ClassCount);

    /// <summary>q·N, what the server divides by.</summary>
    [JsonIgnore]
    public double ExpectedPatients => SamplingRate * DeclaredPatients;

    /// <summary>The lattice and its noise.</summary>
    [JsonIgnore]
    public LatticeNoise Noise => new(ValueCount, ClippingNorm, ScaledClip / ClippingNorm, NoiseMultiplier, Shares);

    /// <summary>What one round releases, as the accountant charges it.</summary>
    [JsonIgnore]
    public ReleaseParameters Release => NoiseMultiplier > 0
        ? Noise.Release() with { SamplingRate = SamplingRate }
        : new ReleaseParameters { Mechanism = MechanismNames.Clear, Dimension = ValueCount };

    /// <returns>What is wrong, in words; empty when nothing is.</returns>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        void Require(bool right, FormattableString message)
        {
            if (!right)
            {
                problems.Add(FormattableString.Invariant(message));
            }
        }

        Require(Dimension is >= 1 and <= 4096, $"Expected 1 to 4096 features but got {Dimension}.");
        Require(ClassCount is >= 2 and <= 1000, $"Expected 2 to 1000 classes but got {ClassCount}.");
        Require(Rounds is >= 1 and <= 100_000, $"Expected 1 to 100000 rounds but got {Rounds}.");
        Require(SamplingRate is > 0 and <= 1, $"Expected a sampling rate above 0 and at most 1 but got {SamplingRate}.");
        Require(ClippingNorm is > 0 and <= 1e6, $"Expected a clipping norm above 0 and at most 1e6 but got {ClippingNorm}.");
        Require(NoiseMultiplier is >= 0 and <= 1e6, $"Expected a noise multiplier from 0 to 1e6 but got {NoiseMultiplier}.");
        Require(DeclaredPatients >= 1, $"Expected at least one declared patient but got {DeclaredPatients}.");
        Require(LearningRate is > 0 and <= 1e6, $"Expected a learning rate above 0 and at most 1e6 but got {LearningRate}.");
        Require(Momentum is >= 0 and < 1, $"Expected a momentum from 0 to below 1 but got {Momentum}.");
        Require(WeightDecay is >= 0 and < 1, $"Expected a weight decay from 0 to below 1 but got {WeightDecay}.");
        Require(ScaledClip is >= 256 and <= 16_777_216, $"Expected 256 to 2^24 lattice units for the clipping norm but got {ScaledClip}.");
        Require(Delta is > 0 and <= 1e-3, $"Expected a δ above 0 and at most 0.001 but got {Delta}.");
        Require(Shares.Institutions >= 1 && Shares.SizedFor >= 1, $"Expected at least one share after dropouts and colluders but got {Shares.SizedFor}.");
        return problems;
    }

    /// <summary>The same plan after checking it.</summary>
    /// <exception cref="ArgumentException">Lists what is wrong.</exception>
    public PrivateHeadPlan Checked() => Problems() is { Count: > 0 } problems ? throw new ArgumentException(string.Join(" ", problems)) : this;

    /// <returns>
    /// The same plan with the least noise that keeps (ε, δ) over all rounds against the assumed colluders when every tolerated dropout happens: so
    /// also against everyone who sees less.
    /// </returns>
    /// <exception cref="ArgumentException">No noise keeps the promise.</exception>
    public PrivateHeadPlan WithNoiseFor(double epsilon)
    {
        double noise = NoisePlanner.SmallestNoise(epsilon, Delta, z =>
            ((this with { NoiseMultiplier = z }).Release with { Steps = Rounds }).Cost(
                Shares.SharesSeen(PrivacyView.Colluders, Shares.MinimumContributors), RenyiOrders.Standard));
        return double.IsInfinity(noise)
            ? throw new ArgumentException(FormattableString.Invariant($"No amount of noise keeps ε = {epsilon} at δ = {Delta} over {Rounds} rounds."), nameof(epsilon))
            : (this with { NoiseMultiplier = noise }).Checked();
    }

    /// <returns>What can be said after the given number of rounds with the given number of contributors.</returns>
    public PrivacyStatement Statement(PrivacyView view, int rounds, int contributors) => rounds == 0
        ? new NothingReleased()
        : PrivacyStatement.For((Release with { Steps = rounds }).Cost(Shares.SharesSeen(view, contributors), RenyiOrders.Standard), Delta);
}

/// <summary>Settings that were chosen on phantoms only, which show no patient: nothing about anybody was learned by choosing them.</summary>
public static class PrivateHeadDefaults
{
    public const double Epsilon = 4;

    public const double Delta = 1e-5;

    public const int Dimensions = 32;

    public const int Rounds = 20;

    public const double SamplingRate = 0.5;

    public const double ClippingNorm = 1;

    public const double LearningRate = 0.5;

    public const double Momentum = 0.9;

    public const double WeightDecay = 0;

    /// <summary>At 99 values it costs 0.1 % against real-valued noise, and sums of thousands of patients fit the encryption.</summary>
    public const double ScaledClip = 4096;

    /// <summary>Of the public projection.</summary>
    public const int ProjectionSeed = 20260;
}
