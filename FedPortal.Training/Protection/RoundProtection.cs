using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Training.Accounting;
using FedPortal.Training.Compression;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Training.Protection;

/// <summary>
/// The numbers of one protected round, which portal and institutions work out alike from the study's settings: what travels, on what lattice, with
/// how much noise, in which parameter set. A <see cref="RoundDescription"/> carries the most important of them, signed.
/// </summary>
/// <remarks>
/// Value bits b give M = 2^(b−1) − 1 levels on each side of zero, the coordinate limit L becomes M, so the lattice has s = M/L units for one. What is
/// encrypted is weight·(lattice + M) + noise; the portal takes M·Σw off the sum. Each value of the mean is right to less than one step 1/s plus noise.
/// </remarks>
public sealed class RoundProtection
{
    /// <summary>How much longer a sketch may be than the longest update: five deviations of its length at k = 256, and never exceeded, because an
    /// update whose sketch would be is shortened.</summary>
    public const double SketchStretch = 1.25;

    /// <summary>Fewest value bits of a private head.</summary>
    public const int LeastHeadBits = 12;

    /// <summary>An institution's sum over patients is cut at this many clipping norms in each coordinate, unless the study sets its own limit.</summary>
    public const double HeadReach = 64;

    private RoundProtection(
        PrivacyProfile privacy, EncryptionProfile encryption, ScreeningProfile screening, UpdateShape shape, IReadOnlyList<int> weights, LatticeNoise noise, SetFit fit)
    {
        Privacy = privacy;
        Encryption = encryption;
        Screening = screening;
        Shape = shape;
        Weights = weights;
        Noise = noise;
        Fit = fit;
    }

    public PrivacyProfile Privacy { get; }

    public EncryptionProfile Encryption { get; }

    public ScreeningProfile Screening { get; }

    /// <summary>What travels.</summary>
    public UpdateShape Shape { get; }

    /// <summary>Weight of every member, in roster order.</summary>
    public IReadOnlyList<int> Weights { get; }

    /// <summary>Clipping, scale and noise.</summary>
    public LatticeNoise Noise { get; }

    /// <summary>The parameter set and how much room it leaves.</summary>
    public SetFit Fit { get; }

    /// <summary>M: the largest level.</summary>
    public int LargestLevel => LevelsOf(Encryption.ValueBits);

    /// <summary>s.</summary>
    public double Scale => Noise.Scale;

    /// <summary>1/s: without noise no travelling value of the mean is further than this from the mean of the clipped updates.</summary>
    public double QuantisationStep => 1 / Noise.Scale;

    /// <summary>Standard deviation of what one institution adds to each of its weighted integers.</summary>
    public double LocalDeviation => Math.Sqrt(Noise.LocalVariance);

    /// <summary>Variance of the noise that one institution adds to each value of its sketch, lattice units squared.</summary>
    public double SketchVariance => Math.Pow(Screening.Sketch.NoiseIntensity * Noise.ScaledClip * Noise.LargestWeight, 2);

    /// <summary>Largest norm of the sketch of one unit's rounded vector before weighting, lattice units.</summary>
    public double SketchL2 => SketchStretch * Noise.RoundedL2;

    /// <summary>What each institution releases with its update, as charged.</summary>
    public ReleaseParameters UpdateRelease => Privacy.Regime == PrivacyRegime.PrivateHead
        ? Noise.Release(Privacy.ReleasedMechanism) with { SamplingRate = Privacy.SamplingRate }
        : Noise.Release(Privacy.ReleasedMechanism);

    /// <summary>What each institution releases with its sketch, seen by the portal one by one; null without sketches.</summary>
    public ReleaseParameters? SketchRelease => !Screening.Sketch.IsUsed
        ? null
        : new ReleaseParameters
        {
            Mechanism = Screening.Sketch.NoiseIntensity > 0 ? MechanismNames.Skellam : MechanismNames.None,
            L1 = Noise.LargestWeight * RoundedNorm.L1Bound(SketchL2, Screening.Sketch.Dimensions),
            L2 = Noise.LargestWeight * SketchL2,
            LInfinity = Noise.LargestWeight * SketchL2,
            LocalNoise = SketchVariance,
            Dimension = Screening.Sketch.Dimensions,
        };

    /// <summary>Works everything out and refuses what does not fit.</summary>
    /// <param name="privacy">The study's noise.</param>
    /// <param name="encryption">The study's encryption.</param>
    /// <param name="screening">The study's screening.</param>
    /// <param name="shape">What travels in this round; see <see cref="ShapeOf"/>.</param>
    /// <param name="weights">Of every member, from 1, in roster order; see <see cref="WeightsFor"/>.</param>
    /// <param name="round">From 1.</param>
    /// <exception cref="ArgumentException">The settings contradict each other or fit no parameter set; the message says which and how far.</exception>
    public static RoundProtection For(
        PrivacyProfile privacy, EncryptionProfile encryption, ScreeningProfile screening, UpdateShape shape, IReadOnlyList<int> weights, int round)
    {
        IReadOnlyList<string> problems = Problems(privacy, encryption, screening, weights.Count);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems));
        }

        double scale = LevelsOf(encryption.ValueBits) / shape.CoordinateLimit;
        LatticeNoise noise = privacy.NoiseFor(shape.Dimension, weights.Count, round, scale) with { LargestWeight = weights.Max() };
        if (noise.L2 + (12 * Math.Sqrt(noise.LocalVariance)) >= int.MaxValue)
        {
            throw new ArgumentException(FormattableString.Invariant($"Values and noise must stay below 2^31 lattice units, but the norm may be {noise.L2:g4} and the noise of one institution {Math.Sqrt(noise.LocalVariance):g4}. Lower the value bits or raise the coordinate limit."));
        }

        var demand = new SumDemand(weights.Count, weights.Sum(weight => (long)weight), encryption.ValueBits, Math.Sqrt(noise.LocalVariance));
        return new RoundProtection(privacy, encryption, screening, shape, weights, noise, Fitting(encryption, demand));
    }

    /// <summary>What is wrong with the settings together, in words for a person.</summary>
    public static IReadOnlyList<string> Problems(PrivacyProfile privacy, EncryptionProfile encryption, ScreeningProfile screening, int institutions)
    {
        List<string> problems = [.. privacy.Problems(institutions), .. encryption.Problems(institutions), .. screening.Problems()];
        if (encryption.Mode == EncryptionMode.SealCompatible)
        {
            problems.Add("Rounds use one-time keys: SEAL-compatible ciphertexts take 4.4 times the bytes and are made for interoperation only, by the library and the ckks command.");
        }

        if (privacy.EpsilonCap is not null && screening.Sketch.IsUsed && screening.Sketch.NoiseIntensity == 0)
        {
            problems.Add("An ε cap and sketches without noise contradict each other: each sketch is a release. Give the sketch noise, or use none.");
        }

        problems.AddRange(HeadProblems(privacy, encryption, screening));
        return problems;
    }

    private static IEnumerable<string> HeadProblems(PrivacyProfile privacy, EncryptionProfile encryption, ScreeningProfile screening)
    {
        if (privacy.Regime != PrivacyRegime.PrivateHead)
        {
            yield break;
        }

        if (!privacy.HasNoise || privacy.Mechanism != MechanismNames.Skellam)
        {
            yield return $"A private head needs noise of the mechanism {MechanismNames.Skellam}, but has {(privacy.HasNoise ? privacy.Mechanism : "none")}.";
        }

        if (encryption.ValueBits < LeastHeadBits)
        {
            yield return FormattableString.Invariant($"A private head adds up patients and needs at least {LeastHeadBits} bits a value, but has {encryption.ValueBits}.");
        }

        if (encryption.Weighting != UpdateWeighting.Equal || encryption.Compression.Kind != CompressionKind.None)
        {
            yield return FormattableString.Invariant($"A private head counts every patient alike and travels whole: weighting must be equal and compression none, but are {encryption.Weighting} and {encryption.Compression.Kind}.");
        }

        if (screening.Sketch.IsUsed)
        {
            yield return "A private head is screened without sketches: each would tell of an institution's patients on its own. Turn them off.";
        }
    }

    /// <summary>What travels in one round.</summary>
    /// <param name="privacy">The study's noise.</param>
    /// <param name="encryption">The study's encryption.</param>
    /// <param name="model">The global model that the round starts from.</param>
    /// <param name="round">From 1.</param>
    /// <param name="seed">Public bytes of study and round; see <see cref="ShapeSeed"/>.</param>
    /// <param name="lastChange">Top-k: how the global model moved in the round before.</param>
    public static UpdateShape ShapeOf(
        PrivacyProfile privacy, EncryptionProfile encryption, Models.GlobalModel model, int round, ReadOnlySpan<byte> seed, ReadOnlyMemory<float>? lastChange = null) =>
        privacy.Regime == PrivacyRegime.PrivateHead
            ? UpdateShape.ForHead(model, privacy.HeadDimensions, encryption.CoordinateLimit ?? HeadReach * privacy.ClippingNormOf(round))
            : UpdateShape.For(encryption.Compression, model, privacy.ClippingNormOf(round), encryption.CoordinateLimit, seed, lastChange);

    /// <summary>Public bytes that masks and directions of a round are drawn from: SHA-256 of study, round and the model that it starts from.</summary>
    public static byte[] ShapeSeed(string study, int round, string modelHash) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"FedPortal shape 1\n{study}\n{round}\n{modelHash}\n")));

    /// <summary>Whole-number weights: 1 for all, or by training examples with the largest institution at the profile's largest weight.</summary>
    public static IReadOnlyList<int> WeightsFor(EncryptionProfile encryption, IReadOnlyList<long> examples)
    {
        long most = examples.Max();
        return encryption.Weighting == UpdateWeighting.Equal
            ? [.. examples.Select(_ => 1)]
            : [.. examples.Select(own => Math.Max(1, (int)Math.Round((double)own * encryption.LargestWeight / most)))];
    }

    /// <summary>The description that the portal signs for an attempt. The seed is fresh.</summary>
    /// <param name="study">Name or number.</param>
    /// <param name="round">From 1.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="modelHash">Of the global model, 64 hexadecimal digits.</param>
    /// <param name="deadline">After which institutions refuse.</param>
    /// <param name="members">Name, fingerprint and helper mark in roster order; their weights are filled in.</param>
    public RoundDescription Describe(string study, int round, int attempt, string modelHash, DateTimeOffset deadline, IReadOnlyList<RosterMember> members)
    {
        int helpers = members.Count(member => member.IsHelper);
        return new RoundDescription
        {
            Study = study,
            Round = round,
            Attempt = attempt,
            ModelHash = modelHash,
            Seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Set = Fit.Set,
            ValueCount = Shape.Dimension,
            ValueBits = Encryption.ValueBits,
            ClippingNorm = Noise.ClippingNorm,
            NoiseDeviation = LocalDeviation,
            Deadline = deadline,
            MinimumInstitutions = Encryption.MinimumInstitutions,
            Threshold = Encryption.ThresholdFor(helpers),
            Members = [.. members.Zip(Weights, (member, weight) => member with { Weight = weight })],
        }.Validated();
    }

    /// <summary>What in a signed description differs from what this side worked out; empty when nothing does. An institution asks before it takes part.</summary>
    public IReadOnlyList<string> Disagreements(RoundDescription description)
    {
        var found = new List<string>();
        void Expect<T>(string what, T ours, T theirs)
        {
            if (!EqualityComparer<T>.Default.Equals(ours, theirs))
            {
                found.Add(FormattableString.Invariant($"Expected {what} {ours} but the round says {theirs}."));
            }
        }

        Expect("the parameter set", Fit.Set.Name, description.Set.Name);
        Expect("a value count of", Shape.Dimension, description.ValueCount);
        Expect("value bits of", Encryption.ValueBits, description.ValueBits);
        Expect("the clipping norm", Noise.ClippingNorm, description.ClippingNorm);
        Expect("noise of deviation", LocalDeviation, description.NoiseDeviation);
        Expect("a minimum of institutions of", Encryption.MinimumInstitutions, description.MinimumInstitutions);
        Expect("a threshold of", Encryption.ThresholdFor(description.Helpers.Count), description.Threshold);
        Expect("weights", string.Join(" ", Weights), string.Join(" ", description.Members.Select(member => member.Weight)));
        return found;
    }

    /// <summary>The round's projection; it follows from the signed description. Null without sketches.</summary>
    public SketchProjection? Projection(SignedRound round) => Screening.Sketch.IsUsed
        ? new SketchProjection(round.Hash.Span, Shape.Dimension, Screening.Sketch.Dimensions)
        : null;

    /// <summary>Clipping, rounding and noise for one member.</summary>
    public RoundPerturbation Perturbation(SignedRound round, int place) => new(this, Projection(round), Weights[place]);

    internal static int LevelsOf(int valueBits) => (1 << (valueBits - 1)) - 1;

    private static SetFit Fitting(EncryptionProfile encryption, SumDemand demand) => encryption.ParameterSet is { } name
        ? SetFit.Evaluate(ParameterSets.Get(name), demand, encryption.SecurityLevel).Required()
        : SetFit.Choose(demand, encryption.SecurityLevel);
}
