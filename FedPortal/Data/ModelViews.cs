using FedPortal.Models;
using FedPortal.Runs;
using FedPortal.Training.Attacks;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Data;

/// <summary>A model version on a list.</summary>
/// <param name="Release">Null where nobody began to sign.</param>
/// <param name="IsCurrent">The study's newest version that is given out.</param>
/// <param name="PooledAuroc">Null until evaluated, or without support.</param>
/// <param name="Attacks">Attack tests that are done.</param>
public sealed record ModelVersionRow(
    Guid StudyId, string StudyName, int Version, string BlobHash, long Bytes, DateTimeOffset CreatedAt, bool IsSynthetic,
    ReleaseState? Release, bool IsCurrent, double? PooledAccuracy, double? PooledAuroc, int Attacks);

/// <summary>A round that a model version comes from.</summary>
/// <param name="Institutions">Whose updates went in.</param>
public sealed record LineageRow(int Round, int Attempt, Guid RoundId, string ModelHash, string? AggregateHash, IReadOnlyList<string> Institutions, DateTimeOffset CreatedAt);

/// <summary>An attack test as it stands.</summary>
/// <param name="Outcome">Null until done. Figures of single institutions are those the viewer may see.</param>
public sealed record AttackRow(
    Guid Id, AttackKind Kind, RunState State, string StartedBy, string Stage, double Progress, string? OutcomeHash, AttackOutcome? Outcome,
    string? FailureReason, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

public sealed record ReleaseSignatureRow(string UserName, SignerRole Role, string? Reason, DateTimeOffset SignedAt, bool Counts);

/// <summary>One model version in full.</summary>
/// <param name="Evidence">What a release would be decided on now.</param>
/// <param name="WithdrawalReason">Of the last time that it was taken back.</param>
/// <param name="Institutions">Names by id, for evaluations and attacks.</param>
/// <param name="Curves">Of the pooled hold-outs; null where no predictions are kept.</param>
public sealed record ModelDetail(
    ModelVersionRow Row, string Question, IReadOnlyList<string> Classes, ModelDescription Network, FederatedStrategy Strategy, string LayoutHash, int Rounds,
    PrivacyClaim Claim, ReleaseEvidence Evidence, IReadOnlyList<Gate> Gates, IReadOnlyList<ReleaseSignatureRow> Signatures, DateTimeOffset? ReleasedAt, string? WithdrawalReason,
    IReadOnlyList<EvaluationRow> Evaluations, IReadOnlyList<LineageRow> Lineage, IReadOnlyList<AttackRow> Attacks,
    IReadOnlyDictionary<Guid, string> Institutions, ModelCurvesView? Curves, StudyImages Images);

/// <summary>Curves of all hold-outs together.</summary>
public sealed record ModelCurvesView(IReadOnlyList<(string Class, IReadOnlyList<RocPoint> Points)> Roc, IReadOnlyList<ReliabilityBin> Reliability, int Count);

/// <summary>Images of all institutions together.</summary>
public sealed record StudyImages(int Train, int Holdout);
