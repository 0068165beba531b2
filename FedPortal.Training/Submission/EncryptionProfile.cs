using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Training.Submission;

/// <summary>Which form ciphertexts have.</summary>
public enum EncryptionMode
{
    /// <summary>One key for one sum, several values to a coefficient: the small and fast form.</summary>
    OneTimeKey = 0,

    /// <summary>The same keys; the sum is an ordinary CKKS ciphertext that stock SEAL reads.</summary>
    SealCompatible = 1,
}

/// <summary>How much an institution counts in the mean.</summary>
public enum UpdateWeighting
{
    /// <summary>All the same.</summary>
    Equal = 0,

    /// <summary>By training examples, as small integers; see <see cref="EncryptionProfile.LargestWeight"/>.</summary>
    ByExamples = 1,
}

/// <summary>A study's encryption settings: agreed beforehand, stored and signed with the study.</summary>
public sealed record EncryptionProfile
{
    /// <summary>The form of the ciphertexts.</summary>
    public EncryptionMode Mode { get; init; } = EncryptionMode.OneTimeKey;

    /// <summary>A name in <see cref="ParameterSets"/>; null to take the smallest that fits institutions, weights, value bits and noise.</summary>
    public string? ParameterSet { get; init; }

    /// <summary>b: a value is rounded to one of 2^b levels, 2 to 16.</summary>
    public int ValueBits { get; init; } = 8;

    /// <summary>Largest absolute value of one coordinate of an update, in units of the model's values, above 0; larger ones are cut to it.
    /// Null: 16 times the mean coordinate of an update that just reaches the clipping norm.</summary>
    public double? CoordinateLimit { get; init; }

    /// <summary>t: helpers that suffice, and are needed, to open a sum; above half of them. Null: ⌊2n/3⌋ + 1.</summary>
    public int? Threshold { get; init; }

    /// <summary>Sums of fewer updates are never opened; 3 or more.</summary>
    public int MinimumInstitutions { get; init; } = 3;

    /// <summary>128, 192 or 256 bits: the column of the homomorphic encryption standard's table.</summary>
    public int SecurityLevel { get; init; } = 128;

    /// <summary>Who counts how much in the mean.</summary>
    public UpdateWeighting Weighting { get; init; } = UpdateWeighting.Equal;

    /// <summary>With <see cref="UpdateWeighting.ByExamples"/>: the weight of the largest institution, 1 to 64; others get
    /// examples/most examples·this, rounded, at least 1. Noise is sized for the largest weight.</summary>
    public int LargestWeight { get; init; } = 8;

    /// <summary>SEAL-compatible mode: N, a power of two from 1024 to 32768.</summary>
    public int SealDegree { get; init; } = 4096;

    /// <summary>SEAL-compatible mode: bits of each prime of the modulus, 20 to 60; SEAL's special prime is the last.</summary>
    public IReadOnlyList<int> SealModulusBits { get; init; } = [60, 49];

    /// <summary>SEAL-compatible mode: log2 of the scale, 10 to 59 and below the first prime.</summary>
    public int SealScaleBits { get; init; } = 40;

    /// <summary>What is left out of an update before it is encrypted.</summary>
    public CompressionProfile Compression { get; init; } = new();

    /// <summary>t for a number of helpers.</summary>
    public int ThresholdFor(int helpers) => Threshold ?? RoundDescription.DefaultThreshold(helpers);

    /// <summary>What is wrong with the settings, in words for a person; empty when nothing is.</summary>
    /// <param name="institutions">Institutions of the roster.</param>
    public IReadOnlyList<string> Problems(int institutions) => [.. AllProblems(institutions), .. Compression.Problems()];

    public bool Equals(EncryptionProfile? other) =>
        other is not null
        && (Mode, ParameterSet, ValueBits, CoordinateLimit, Threshold, MinimumInstitutions) == (other.Mode, other.ParameterSet, other.ValueBits, other.CoordinateLimit, other.Threshold, other.MinimumInstitutions)
        && (SecurityLevel, Weighting, LargestWeight, SealDegree, SealScaleBits, Compression) == (other.SecurityLevel, other.Weighting, other.LargestWeight, other.SealDegree, other.SealScaleBits, other.Compression)
        && SealModulusBits.SequenceEqual(other.SealModulusBits);

    public override int GetHashCode() => HashCode.Combine(Mode, ParameterSet, ValueBits, CoordinateLimit, Threshold, Weighting, Compression);

    private IEnumerable<string> AllProblems(int institutions)
    {
        if (!Enum.IsDefined(Mode) || !Enum.IsDefined(Weighting))
        {
            yield return FormattableString.Invariant($"Mode and weighting must be known ones, but are {Mode} and {Weighting}.");
        }

        if (ParameterSet is not null && ParameterSets.All.All(set => set.Name != ParameterSet))
        {
            yield return $"The parameter set must be one of {string.Join(", ", ParameterSets.All)}, but is \"{ParameterSet}\".";
        }

        if (ValueBits is < 2 or > 16)
        {
            yield return FormattableString.Invariant($"A value has 2 to 16 bits, but has {ValueBits}.");
        }

        if (CoordinateLimit is not (null or (> 0 and <= 1e9)))
        {
            yield return FormattableString.Invariant($"The coordinate limit must be above 0 and at most 1e9, or absent, but is {CoordinateLimit}.");
        }

        if (MinimumInstitutions < 3 || MinimumInstitutions > institutions)
        {
            yield return FormattableString.Invariant($"A protected sum has at least 3 updates and at most the {institutions} of the roster, but {MinimumInstitutions} are asked for.");
        }

        int threshold = ThresholdFor(institutions);
        if (threshold <= institutions / 2 || threshold > institutions)
        {
            yield return FormattableString.Invariant($"The threshold must be above half of the {institutions} institutions and at most all of them, but is {threshold}.");
        }

        if (SecurityLevel is not (128 or 192 or 256))
        {
            yield return FormattableString.Invariant($"The security level must be 128, 192 or 256, but is {SecurityLevel}.");
        }

        if (LargestWeight is < 1 or > 64)
        {
            yield return FormattableString.Invariant($"The largest weight must be from 1 to 64, but is {LargestWeight}.");
        }

        if (SealDegree is < 1024 or > 32768 || int.PopCount(SealDegree) != 1)
        {
            yield return FormattableString.Invariant($"The degree must be a power of two from 1024 to 32768, but is {SealDegree}.");
        }

        if (SealModulusBits.Count < 2 || SealModulusBits.Any(bits => bits is < 20 or > 60))
        {
            yield return $"The modulus needs two or more primes of 20 to 60 bits, but has [{string.Join(", ", SealModulusBits)}].";
        }
        else if (SealScaleBits < 10 || SealScaleBits >= SealModulusBits[0])
        {
            yield return FormattableString.Invariant($"The scale must have from 10 bits up to below the first prime's {SealModulusBits[0]}, but has {SealScaleBits}.");
        }
    }
}
