using FedPortal.Encryption.SecureAggregation.Advice;

namespace FedPortal.Studies;

/// <summary>What can be said about a study that is being written, as far as its fields allow. A part that they do not allow is null with the reason.</summary>
public sealed record StudyForecast
{
    public PlannedNetwork Network { get; init; } = new(0, "");

    public PlannedPrivacy? Privacy { get; init; }

    /// <summary>Why there is no privacy forecast; empty when there is one.</summary>
    public string PrivacyReason { get; init; } = "";

    public PlannedEncryption? Encryption { get; init; }

    /// <summary>Why nothing fits, or empty.</summary>
    public string EncryptionReason { get; init; } = "";

    /// <summary>All parameter sets side by side, fitting ones first.</summary>
    public IReadOnlyList<SetAdvice> Sets { get; init; } = [];

    public PlannedError Error { get; init; } = new(0, 0, null, null, "");

    public PlannedTraffic Traffic { get; init; } = new(0, 0, 0, 0, 2);

    public IReadOnlyList<PlannedStage> Stages { get; init; } = [];

    public PlannedEvidence Evidence { get; init; } = new(0, null, null, 0, null, DetectableEffect.Formula);

    /// <summary>The plan to be signed, once nothing is missing.</summary>
    public FlightPlan ToPlan(StudyDesign design, IReadOnlyList<PlannedSeat> roster, DateTimeOffset now) => new()
    {
        Design = design,
        Roster = roster,
        Network = Network,
        Privacy = Privacy,
        Encryption = Encryption,
        Error = Error,
        Traffic = Traffic,
        Stages = Stages,
        Evidence = Evidence,
        MadeAt = now,
    };
}
