using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Robustness;

namespace FedPortal.Training.Protocol;

/// <summary>What the site is asked to do.</summary>
public enum SiteWork
{
    Initialise,
    Train,
    Evaluate,

    /// <summary>Help to open the sum of a protected round.</summary>
    Unlock,

    /// <summary>Score the own patients against a model, for an attack test.</summary>
    Attack,

    /// <summary>Ask a model about the own hold-out, disturbed more and more, for a robustness test.</summary>
    Robustness,
}

/// <param name="Token">The one-time token.</param>
public sealed record JoinRequest(string Token);

/// <param name="Session">Bearer of every further request.</param>
public sealed record JoinResponse(string Session);

/// <summary>Whom a message is about: it must agree with the session that carries it.</summary>
/// <param name="Round">0 before the first round.</param>
/// <param name="Attempt">0 before the first round.</param>
/// <param name="InstitutionId">Null for the consortium's own work.</param>
public sealed record MessageBinding(Guid AssignmentId, Guid StudyId, int Round, int Attempt, Guid? InstitutionId);

/// <summary>All that a site program must know to do one piece of work.</summary>
/// <param name="Terms">What the site's policy judges.</param>
/// <param name="Seat">Place in the roster: the institution's seed.</param>
/// <param name="Seed">Seed of the first model; for <see cref="SiteWork.Initialise"/>.</param>
/// <param name="DatasetId">In the site's own store; null for <see cref="SiteWork.Initialise"/>.</param>
/// <param name="WholeDataset">True when all images evaluate (the consortium hold-out), not only the hold-out part.</param>
/// <param name="PipelineHash">Of the preprocessing, as the portal computed it; the site refuses to go on if its own pipeline gives another.</param>
/// <param name="DatasetHash">Content of the data set when the study was made; the site refuses to go on with another.</param>
/// <param name="ModelHash">SHA-256 of the global model to start from; null for <see cref="SiteWork.Initialise"/>.</param>
/// <param name="LeaseSeconds">The lease ends after this many seconds without progress.</param>
public sealed record AssignmentMessage(
    MessageBinding Binding,
    SiteWork Work,
    StudyTerms Terms,
    string StudyName,
    int Seat,
    int Seed,
    IReadOnlyList<string> Classes,
    ModelDescription Model,
    PreprocessingPipeline Preprocessing,
    string PipelineHash,
    TrainingPlan Training,
    int TotalRounds,
    Guid? DatasetId,
    string? DatasetHash,
    bool WholeDataset,
    int ModelVersion,
    string? ModelHash,
    int LeaseSeconds)
{
    /// <summary>Null for a plain study, and for the consortium's own work.</summary>
    public ProtectedAssignment? Protected { get; init; }

    /// <summary>What to do to the images; for <see cref="SiteWork.Robustness"/> only.</summary>
    public RobustnessPlan? Robustness { get; init; }
}

/// <summary>Where the site stands. Numbers are null where they mean nothing yet.</summary>
/// <param name="Stage">Words for a person: "loading images", "training", "evaluating", "submitting".</param>
public sealed record ProgressMessage(
    string Stage, int Epoch, int EpochCount, int Batch, int BatchCount, double? Loss, double? ImagesPerSecond, double? RemainingSeconds, string Device);

/// <param name="Reason">For a person; it must name no file and no patient.</param>
/// <param name="IsRefusal">True when the site will not do it, whatever is tried: its policy or its budget says no.</param>
public sealed record FailureMessage(string Reason, bool IsRefusal = false);

/// <param name="Hash">SHA-256 of what is stored.</param>
/// <param name="Duplicate">True when the same bytes had been taken before; nothing was done again.</param>
public sealed record SubmissionReceipt(string Hash, bool Duplicate);

/// <summary>Seconds that a stage took at the site.</summary>
public sealed record StageSeconds(string Stage, double Seconds);

/// <summary>Header of a first model. Its values are the flat vector.</summary>
/// <param name="Tensors">The layout, so that a portal without the network can check and name every value.</param>
public sealed record ModelHeader(MessageBinding Binding, string LayoutHash, IReadOnlyList<TensorEntry> Tensors);

/// <summary>Header of an update in the clear. Its values are the difference to the global model.</summary>
/// <param name="TrainingLoss">Mean loss of the last epoch.</param>
public sealed record UpdateHeader(
    MessageBinding Binding, string LayoutHash, int BaseVersion, string BaseHash, long SampleCount, double TrainingLoss, double ImagesPerSecond, string Device, IReadOnlyList<StageSeconds> Stages);

/// <summary>Header of predictions. Its values are the probabilities, image by class; for a robustness test the undisturbed images first, then strength by strength.</summary>
/// <param name="Labels">True class number of each image; images have no names here.</param>
public sealed record PredictionsHeader(
    MessageBinding Binding, int ModelVersion, string ModelHash, IReadOnlyList<string> Classes, IReadOnlyList<int> Labels, bool IsSynthetic, IReadOnlyList<StageSeconds> Stages)
{
    /// <summary>How the input statistics of these images are spread, as counts; null from an older site program.</summary>
    public InputReference? Inputs { get; init; }
}

/// <summary>Header of an attack test's counts. Its values are two <c>ScoreHistogram</c>s, of patients that were trained on and of patients that were not.</summary>
public sealed record AttackHeader(MessageBinding Binding, int ModelVersion, string ModelHash, bool IsSynthetic, IReadOnlyList<StageSeconds> Stages);
