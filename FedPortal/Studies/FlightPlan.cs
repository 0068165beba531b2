using System.Text.Json;
using FedPortal.Training.Protocol;

namespace FedPortal.Studies;

/// <summary>What a study will cost and what it can show, worked out before anybody approves it. Coordinators sign its hash; a run that leaves it stops.</summary>
/// <remarks>Every figure says where it comes from; what is not known is null with the reason, never a guess.</remarks>
public sealed record FlightPlan
{
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required StudyDesign Design { get; init; }

    public required IReadOnlyList<PlannedSeat> Roster { get; init; }

    public required PlannedNetwork Network { get; init; }

    /// <summary>Null where no noise is planned; then nothing is accounted.</summary>
    public PlannedPrivacy? Privacy { get; init; }

    /// <summary>Null where updates are added in the clear.</summary>
    public PlannedEncryption? Encryption { get; init; }

    public required PlannedError Error { get; init; }

    public required PlannedTraffic Traffic { get; init; }

    /// <summary>In the order of the round.</summary>
    public required IReadOnlyList<PlannedStage> Stages { get; init; }

    public required PlannedEvidence Evidence { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Sum of the stages that are known; <see cref="PlannedStage.Seconds"/> is null for the others.</summary>
    public double KnownSecondsPerRound => Stages.Sum(stage => stage.Seconds ?? 0);

    /// <summary>True when no stage is unknown.</summary>
    public bool KnowsEveryStage => Stages.All(stage => stage.Seconds is not null);

    /// <summary>The text that is stored, signed and checked: UTF-8 JSON without white space.</summary>
    public string ToText() => JsonSerializer.Serialize(this, ProtocolJson.Options);

    /// <exception cref="JsonException">The text is no flight plan.</exception>
    public static FlightPlan FromText(string text) =>
        JsonSerializer.Deserialize<FlightPlan>(text, ProtocolJson.Options) ?? throw new JsonException("The flight plan is null.");

    /// <returns>SHA-256, lower-case hex, of <c>fedportal-flight-plan-1</c>, a line feed, and the text.</returns>
    public static string HashOf(string text) => ContentHash.OfText($"fedportal-flight-plan-1\n{text}");
}

/// <summary>One institution of the roster with the data set it brings.</summary>
/// <param name="DatasetHash">Content hash of the data set, so that the plan is about these images and no others.</param>
/// <param name="IsHosted">True where the portal's machine runs the site program.</param>
public sealed record PlannedSeat(Guid InstitutionId, string Name, Guid DatasetId, string? DatasetHash, int TrainCount, int HoldoutCount, bool IsHosted);

/// <param name="ValueCount">Values of an update: parameters and running statistics.</param>
/// <param name="Source">Where the number comes from.</param>
public sealed record PlannedNetwork(long ValueCount, string Source);

/// <summary>The privacy loss of the whole study.</summary>
/// <param name="FewestContributors">Fewer updates than this and a round is not opened: the promise would not hold. 1 without noise.</param>
/// <param name="Views">Published sum, colluding members, single update.</param>
public sealed record PlannedPrivacy(
    string Mechanism, string Unit, string Adjacency, double Delta, double? EpsilonCap, double NoiseIntensity, double ClippingNorm,
    int AssumedDropouts, int AssumedColluders, int FewestContributors, IReadOnlyList<PlannedLoss> Views);

/// <summary>ε as one adversary sees it.</summary>
/// <param name="View">A name of <see cref="Training.Accounting.PrivacyView"/>.</param>
/// <param name="Expected">When every institution takes part in every round; null where no bound exists.</param>
/// <param name="Limit">When as few take part as the plan allows: what the study may spend at most.</param>
/// <param name="Words">The limit as the reports say it.</param>
/// <param name="LimitByRound">The limit after each round, from round 1.</param>
/// <param name="SumsAlone">The limit of the opened sums without the sketches; null where no bound exists.</param>
public sealed record PlannedLoss(string View, double? Expected, double? Limit, string Words, IReadOnlyList<double?> LimitByRound, double? SumsAlone);

/// <summary>What protects the updates on their way, with its margin.</summary>
/// <param name="Mode">One-time keys, or ciphertexts that SEAL reads.</param>
/// <param name="Set">Name of the parameter set.</param>
/// <param name="Scale">Δ: what a packed value is multiplied by, as log2.</param>
/// <param name="MarginBits">log2 of Δ over what the errors of this roster need.</param>
/// <param name="SecurityEstimate">Our own estimate of the best known attack, in bits.</param>
public sealed record PlannedEncryption(
    string Mode, string Set, int Degree, int ModulusBits, int AllowedModulusBits, double Scale, int Lanes, int LaneBits, int ValueBits, int Threshold, double MarginBits, double SecurityEstimate);

/// <summary>How far the decrypted mean may lie from the mean of the clipped updates, for each value, as one standard deviation.</summary>
/// <param name="Quantisation">From rounding to the lattice; 0 in the clear.</param>
/// <param name="Noise">From the noise.</param>
/// <param name="ClippingNorm">What an update is clipped to, or null where none is.</param>
/// <param name="SignalToNoise">Length of a clipped update over the length of the noise on the mean: n/(z·√d) at its best; null without noise.</param>
/// <param name="Formula">In words.</param>
public sealed record PlannedError(double Quantisation, double Noise, double? ClippingNorm, double? SignalToNoise, string Formula)
{
    public double Total => Math.Sqrt((Quantisation * Quantisation) + (Noise * Noise));
}

/// <summary>Bytes of one institution in one round.</summary>
public sealed record PlannedTraffic(long UpdateBytes, long SketchBytes, long ShareBytes, long ModelBytes, int ModelDownloads)
{
    public long Up => UpdateBytes + SketchBytes + ShareBytes;

    public long Down => ModelBytes * ModelDownloads;
}

/// <summary>Time of one stage of a round, for the round as a whole.</summary>
/// <param name="Stage">One of <see cref="StageNames.All"/>.</param>
/// <param name="Seconds">Null where nothing was measured that it could be worked out from.</param>
/// <param name="Source">Where the figure comes from, or why there is none.</param>
public sealed record PlannedStage(string Stage, double? Seconds, StageSource Source, string Note);

public enum StageSource
{
    /// <summary>Worked out from rounds of the same network on this portal.</summary>
    Rounds,

    /// <summary>Worked out from the speed of this machine, measured since it was started.</summary>
    Machine,

    /// <summary>Nothing was measured yet.</summary>
    Unknown,
}

/// <summary>What the hold-outs can show.</summary>
/// <param name="Images">n: held-out images of all institutions together.</param>
/// <param name="AccuracyDifference">Smallest difference in accuracy between two models that n images can show; null when none can.</param>
/// <param name="RarestClass">The class with the fewest held-out images.</param>
/// <param name="AurocAboveChance">Smallest AUROC above 0.5 of the rarest class that can be told from chance; null when none can.</param>
/// <param name="Formula">In words, with level, power and assumptions.</param>
public sealed record PlannedEvidence(int Images, double? AccuracyDifference, string? RarestClass, int RarestCount, double? AurocAboveChance, string Formula);
