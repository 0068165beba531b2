using System.Text.Json.Serialization;

namespace FedPortal.Training.Accounting;

/// <summary>A study's noise settings: agreed beforehand, stored and signed with the study, the same at every institution.</summary>
public sealed record PrivacyProfile
{
    /// <summary>Mechanisms that noise on the integer lattice can be drawn with.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = [MechanismNames.Skellam, MechanismNames.DiscreteGaussian, MechanismNames.OffsetPoisson];

    /// <summary>The whole network, or a small private head.</summary>
    public PrivacyRegime Regime { get; init; } = PrivacyRegime.FullNetwork;

    /// <summary>One of <see cref="Mechanisms"/>. It says nothing while <see cref="NoiseIntensity"/> is 0.</summary>
    public string Mechanism { get; init; } = MechanismNames.Skellam;

    /// <summary>z: standard deviation of the noise of the whole sum, in clipping norms; from 0 (no noise, and so no privacy from noise) to 1000.</summary>
    public double NoiseIntensity { get; init; }

    /// <summary>C: largest Euclidean norm of one unit's update, in units of the model's values; above 0.</summary>
    public double ClippingNorm { get; init; } = 1;

    /// <summary>Whose presence is hidden.</summary>
    public PrivacyUnit Unit { get; init; } = PrivacyUnit.Institution;

    /// <summary>δ, above 0 and below 0.01; should be far below one over the number of units.</summary>
    public double Delta { get; init; } = 1e-5;

    /// <summary>ε that no institution's ledger may pass in this study; null when the study promises none.</summary>
    public double? EpsilonCap { get; init; }

    /// <summary>How many institutions may stay away in a round and the noise still suffices; 0 or more.</summary>
    public int AssumedDropouts { get; init; }

    /// <summary>How many institutions may pool what they know and the noise still suffices; 0 or more.</summary>
    public int AssumedColluders { get; init; }

    /// <summary>How noise and clipping move over the rounds.</summary>
    public NoiseScheduleKind Schedule { get; init; } = NoiseScheduleKind.Constant;

    /// <summary>Geometric schedule: z of a round over z of the round before; 0.1 to 10.</summary>
    public double NoiseFactor { get; init; } = 1;

    /// <summary>Geometric schedule: C of a round over C of the round before; 0.1 to 10.</summary>
    public double ClippingFactor { get; init; } = 1;

    /// <summary>Photons per pixel of the noise put on training images as augmentation, from 1; null for none. It hides nobody.</summary>
    public double? PhotonCount { get; init; }

    /// <summary>Private head: probability that a patient takes part in a round, above 0 and at most 1.</summary>
    public double SamplingRate { get; init; } = 1;

    /// <summary>Private head: dimensions that features are projected to, 2 to 2048.</summary>
    public int HeadDimensions { get; init; } = 32;

    /// <summary>True when noise is added.</summary>
    [JsonIgnore]
    public bool HasNoise => NoiseIntensity > 0;

    /// <summary>What ledgers call the mechanism: <see cref="MechanismNames.None"/> without noise.</summary>
    [JsonIgnore]
    public string ReleasedMechanism => HasNoise ? Mechanism : MechanismNames.None;

    /// <summary>What is wrong with the settings, in words for a person; empty when nothing is.</summary>
    /// <param name="institutions">Institutions of the roster.</param>
    public IReadOnlyList<string> Problems(int institutions) => [.. AllProblems(institutions)];

    /// <summary>How the noise of a round is shared out.</summary>
    public NoiseShares SharesOf(int institutions) => new(institutions, AssumedDropouts, AssumedColluders);

    /// <summary>What a ledger's header says of dropouts: as declared, or without noise, where nothing depends on how many contribute, all but the last.</summary>
    public int ToleratedDropoutsOf(int institutions) => HasNoise ? AssumedDropouts : institutions - AssumedColluders - 1;

    /// <summary>Noise and clipping of every round.</summary>
    public NoiseSchedule ScheduleFor(int rounds) => Schedule == NoiseScheduleKind.Constant
        ? NoiseSchedule.Constant(rounds, ClippingNorm, NoiseIntensity)
        : NoiseSchedule.Geometric(rounds, ClippingNorm, NoiseFactor, ClippingFactor, NoiseIntensity);

    /// <summary>C of one round.</summary>
    /// <param name="round">From 1.</param>
    public double ClippingNormOf(int round) => ScheduleFor(round).ClippingNorms[^1];

    /// <summary>Clipping, scale and noise of one round's update.</summary>
    /// <param name="dimension">d, values of the released vector.</param>
    /// <param name="institutions">n, everyone who is asked to submit.</param>
    /// <param name="round">From 1.</param>
    /// <param name="scale">Lattice units for one; chosen from the value bits, see Submission's RoundProtection.</param>
    public LatticeNoise NoiseFor(int dimension, int institutions, int round, double scale)
    {
        NoiseSchedule schedule = ScheduleFor(round);
        return new LatticeNoise(dimension, schedule.ClippingNorms[^1], scale, schedule.NoiseMultipliers[^1], SharesOf(institutions).Checked());
    }

    private IEnumerable<string> AllProblems(int institutions)
    {
        if (!Enum.IsDefined(Regime) || !Enum.IsDefined(Unit) || !Enum.IsDefined(Schedule))
        {
            yield return FormattableString.Invariant($"Regime, unit and schedule must be known ones, but are {Regime}, {Unit} and {Schedule}.");
        }

        if (!Mechanisms.Contains(Mechanism))
        {
            yield return $"The noise must be one of {string.Join(", ", Mechanisms)}, but is \"{Mechanism}\".";
        }

        if (NoiseIntensity is not (>= 0 and <= 1000))
        {
            yield return FormattableString.Invariant($"The noise intensity must be from 0 to 1000 clipping norms, but is {NoiseIntensity}.");
        }

        if (ClippingNorm is not (> 0 and <= 1e9))
        {
            yield return FormattableString.Invariant($"The clipping norm must be above 0 and at most 1e9, but is {ClippingNorm}.");
        }

        if (Delta is not (> 0 and < 0.01))
        {
            yield return FormattableString.Invariant($"δ must be above 0 and below 0.01, but is {Delta}.");
        }

        if (EpsilonCap is not (null or (> 0 and < double.PositiveInfinity)))
        {
            yield return FormattableString.Invariant($"The ε cap must be above 0 or absent, but is {EpsilonCap}.");
        }

        if (EpsilonCap is not null && !HasNoise)
        {
            yield return "An ε cap needs noise: without noise the first round passes every cap.";
        }

        if (AssumedDropouts < 0 || AssumedColluders < 0 || institutions - AssumedDropouts - AssumedColluders < 1)
        {
            yield return FormattableString.Invariant($"At least one share of noise must be left, but {institutions} institutions less {AssumedDropouts} dropouts and {AssumedColluders} colluders leave none.");
        }

        if (NoiseFactor is not (>= 0.1 and <= 10) || ClippingFactor is not (>= 0.1 and <= 10))
        {
            yield return FormattableString.Invariant($"Noise and clipping may change by 0.1 to 10 times a round, but change by {NoiseFactor} and {ClippingFactor}.");
        }

        if (PhotonCount is not (null or (>= 1 and <= 1e12)))
        {
            yield return FormattableString.Invariant($"The photon count must be from 1 to 1e12, or absent, but is {PhotonCount}.");
        }

        if (SamplingRate is not (> 0 and <= 1))
        {
            yield return FormattableString.Invariant($"The sampling rate must be above 0 and at most 1, but is {SamplingRate}.");
        }

        if (HeadDimensions is < 2 or > 2048)
        {
            yield return FormattableString.Invariant($"The head has 2 to 2048 dimensions, but {HeadDimensions} are asked for.");
        }

        if ((Regime == PrivacyRegime.PrivateHead) != (Unit == PrivacyUnit.Patient))
        {
            yield return "The private head protects patients and the full network institutions; regime and unit must go together.";
        }
    }
}
