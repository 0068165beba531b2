using FedPortal.Training.Accounting;

namespace FedPortal.Privacy;

/// <summary>How much less coming rounds may spend than the study agreed on. It can only lower spending, and two together are at least as strict as each.</summary>
public sealed record RiskRestriction
{
    public static RiskRestriction None { get; } = new();

    /// <summary>The noise is multiplied by it; at least 1.</summary>
    public double NoiseFactor
    {
        get;
        init => field = value >= 1 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "An assessment of risk cannot lower the noise.");
    } = 1;

    /// <summary>No further round may be opened.</summary>
    public bool Stops { get; init; }

    public bool IsNone => this == None;

    /// <summary>Both at once: of each the stricter.</summary>
    public RiskRestriction And(RiskRestriction other) => new()
    {
        NoiseFactor = Math.Max(NoiseFactor, other.NoiseFactor),
        Stops = Stops || other.Stops,
    };

    /// <returns>The study's settings as they hold for a round under this restriction; the cap stays what it was.</returns>
    public PrivacyProfile Applied(PrivacyProfile agreed) => agreed with { NoiseIntensity = agreed.NoiseIntensity * NoiseFactor };
}
