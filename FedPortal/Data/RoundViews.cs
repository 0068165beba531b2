using FedPortal.Models;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Training.Learning;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Screening;

namespace FedPortal.Data;

/// <summary>A round on a list.</summary>
/// <param name="SubmittedCount">Institutions whose update is stored (submitted, accepted or excluded).</param>
/// <param name="PooledAccuracy">Null until evaluated, or without support.</param>
public sealed record RoundRow(
    Guid Id, Guid StudyId, string StudyName, int Number, int Attempt, RoundState State, string? FailureReason, bool IsSynthetic,
    DateTimeOffset CreatedAt, DateTimeOffset? OpenedAt, DateTimeOffset ChangedAt, int SubmittedCount, int RosterCount,
    double? PooledAccuracy, double? PooledAuroc, double? PooledLoss, ProtectionStatement Protection);

/// <summary>Which rounds a list shows; null means all.</summary>
public sealed record RoundFilter(Guid? StudyId, RoundState? State);

public enum RoundSort
{
    Opened,
    Number,
    State,
}

/// <summary>One run of a site program.</summary>
/// <param name="InstitutionName">"Consortium" for the consortium's own work.</param>
/// <param name="Lease">Number of the run for its assignment, from 1.</param>
/// <param name="Outcome">"done", or why it ended without a result; null while it runs.</param>
public sealed record AttemptRow(Guid AssignmentId, Guid? InstitutionId, AssignmentKind Kind, string InstitutionName, int Lease, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Outcome);

/// <summary>One institution in a round.</summary>
/// <param name="Attempts">Runs of the site program that were begun for its training.</param>
public sealed record ParticipationRow(
    Guid InstitutionId, string Name, string ShortCode, int ColourIndex, ParticipationState State, string? Reason,
    long? SampleCount, long? UpdateBytes, string? UpdateHash, double? TrainingLoss, TrainingSnapshot? Snapshot, DateTimeOffset? SnapshotAt, int Attempts)
{
    /// <summary>What screening found; null in plain rounds and before.</summary>
    public ScreeningVerdict? Verdict { get; init; }

    /// <summary>Something about its part as a helper, for example that its answer did not fit the others'.</summary>
    public string? HelperNote { get; init; }

    /// <summary>The institution's words against its exclusion, and what became of them.</summary>
    public string? Appeal { get; init; }

    public string? AppealDecision { get; init; }

    public bool? AppealUpheld { get; init; }
}

/// <param name="ShortCode">Null for the round as a whole.</param>
public sealed record TimingRow(string Stage, Guid? InstitutionId, string? ShortCode, double Seconds);

/// <summary>One stage of a round, ready for a chart.</summary>
/// <param name="Stage">A name of <c>StageNames</c>.</param>
/// <param name="RoundSeconds">For the round as a whole; null where only institutions take part.</param>
/// <param name="Institutions">What each institution took for it, where the viewer may see that.</param>
public sealed record StageRow(string Stage, double? RoundSeconds, IReadOnlyList<StageInstitution> Institutions);

public sealed record StageInstitution(Guid InstitutionId, string ShortCode, double Seconds);

/// <summary>A round's time by stage, in the order of the straight line.</summary>
/// <param name="TotalSeconds">From its opening to its last change; null before it was opened.</param>
/// <param name="ProtectionSeconds">Of the slowest institution and the portal together, for what a plain round would not do.</param>
public sealed record RoundTimings(Guid RoundId, double? TotalSeconds, double ProtectionSeconds, IReadOnlyList<StageRow> Stages);

/// <summary>What one model version reached on one hold-out.</summary>
/// <param name="ShortCode">Null for pooled and consortium hold-out.</param>
public sealed record EvaluationRow(
    int ModelVersion, EvaluationScope Scope, Guid? InstitutionId, string? ShortCode, int? ColourIndex, EvaluationReport Report);

/// <summary>Where one round stands.</summary>
/// <param name="Steps">The ten states, each reached, ahead, or not used by the strategy.</param>
public record RoundStand(
    RoundRow Row, FederatedStrategy Strategy, int RoundsTotal, int Quorum, IReadOnlyList<RoundStep> Steps, DateTimeOffset? Deadline,
    string? AggregateHash, string? ModelHash, IReadOnlyList<ParticipationRow> Participations, ProtectionStatement Protection);

/// <summary>One round in full: what was timed and measured in it as well.</summary>
public sealed record RoundDetail(
    RoundRow Row, FederatedStrategy Strategy, int RoundsTotal, int Quorum, IReadOnlyList<RoundStep> Steps, DateTimeOffset? Deadline,
    string? AggregateHash, string? ModelHash, IReadOnlyList<ParticipationRow> Participations, IReadOnlyList<TimingRow> Timings,
    IReadOnlyList<EvaluationRow> Evaluations, ProtectionStatement Protection)
    : RoundStand(Row, Strategy, RoundsTotal, Quorum, Steps, Deadline, AggregateHash, ModelHash, Participations, Protection)
{
    internal RoundDetail(RoundStand stand, IReadOnlyList<TimingRow> timings, IReadOnlyList<EvaluationRow> evaluations)
        : this(
            stand.Row, stand.Strategy, stand.RoundsTotal, stand.Quorum, stand.Steps, stand.Deadline, stand.AggregateHash, stand.ModelHash, stand.Participations,
            timings, evaluations, stand.Protection)
    {
    }
}

/// <summary>What a reader's own institutions do in the round that is open.</summary>
/// <param name="States">One for each own institution that was invited.</param>
public sealed record OwnPart(Guid RoundId, int Number, string StudyName, IReadOnlyList<ParticipationState> States);

/// <summary>A stored version of a global model.</summary>
public sealed record ModelRow(Guid StudyId, int Version, Guid? RoundId, string BlobHash, long Bytes, string LayoutHash, DateTimeOffset CreatedAt);

public sealed record AuditRow(long Sequence, DateTimeOffset At, string Actor, string Subject, Guid? SubjectId, string Action);
