using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Components;

/// <summary>Words and moods for the states of the domain, one place for all pages.</summary>
internal static class StateWords
{
    public static Tone ToneOf(StudyState state) => state switch
    {
        StudyState.Running => Tone.Active,
        StudyState.Proposed => Tone.Warn,
        StudyState.Completed => Tone.Good,
        StudyState.Failed => Tone.Bad,
        StudyState.Cancelled => Tone.Warn,
        _ => Tone.Quiet,
    };

    public static Tone ToneOf(RoundState state) => state switch
    {
        RoundState.Completed => Tone.Good,
        RoundState.Failed => Tone.Bad,
        RoundState.Planned => Tone.Quiet,
        _ => Tone.Active,
    };

    public static Tone ToneOf(ParticipationState state) => state switch
    {
        ParticipationState.Accepted => Tone.Good,
        ParticipationState.Training or ParticipationState.Submitted => Tone.Active,
        ParticipationState.Excluded => Tone.Warn,
        ParticipationState.Dropped => Tone.Bad,
        _ => Tone.Quiet,
    };

    public static Tone ToneOf(DatasetState state) => state switch
    {
        DatasetState.Ready => Tone.Good,
        DatasetState.Failed => Tone.Bad,
        _ => Tone.Active,
    };

    public static Tone ToneOf(InstitutionStatus status) => status switch
    {
        InstitutionStatus.Active => Tone.Good,
        InstitutionStatus.Suspended => Tone.Warn,
        _ => Tone.Quiet,
    };

    /// <summary>What an admin has to do comes before the status.</summary>
    public static string NameOf(InstitutionRow row) => row.Task switch
    {
        InstitutionTask.Invite => "needs a token",
        InstitutionTask.Confirm => "compare the fingerprint",
        _ => row.Status.ToString(),
    };

    public static Tone ToneOf(InstitutionRow row) => row.Task == InstitutionTask.None ? ToneOf(row.Status) : Tone.Warn;

    public static Tone ToneOf(ApplicationState state) => state switch
    {
        ApplicationState.Approved => Tone.Good,
        ApplicationState.Declined => Tone.Bad,
        _ => Tone.Warn,
    };

    /// <summary>The order of the straight line, with the state the round is in as the present one.</summary>
    public static IReadOnlyList<StageView> StagesOf(RoundStand round) => [.. round.Steps.Select(step => new StageView(step.State.ToString(), FaceOf(step, round), NoteOf(step)))];

    public static string NameOf(ClassifierArchitecture architecture) => architecture switch
    {
        ClassifierArchitecture.ResNet50 => "ResNet-50 (BatchNorm)",
        ClassifierArchitecture.ResNet50GroupNorm => "ResNet-50 (GroupNorm)",
        ClassifierArchitecture.ResNet50Slim => "ResNet-50 slim (width 16, GroupNorm)",
        ClassifierArchitecture.EfficientNetB0 => "EfficientNet-B0",
        _ => architecture.ToString(),
    };

    public static string NameOf(ClassBalance balance) => balance switch
    {
        ClassBalance.WeightedLoss => "weighted loss",
        ClassBalance.FocalLoss => "focal loss (γ = 2)",
        ClassBalance.BalancedSampling => "balanced sampling",
        ClassBalance.LogitAdjustment => "logit adjustment by each institution's class prior",
        _ => "none",
    };

    public static string NameOf(LearningRateSchedule schedule) => schedule switch
    {
        LearningRateSchedule.Constant => "constant",
        LearningRateSchedule.Step => "× 0.1 at one half and three quarters",
        LearningRateSchedule.Cosine => "cosine to zero",
        LearningRateSchedule.WarmUp => "warm-up over the first tenth",
        _ => schedule.ToString(),
    };

    public static string NameOf(SignInMethod method) => method switch
    {
        SignInMethod.Password => "password",
        SignInMethod.PasswordAndCode => "password and code",
        SignInMethod.PasswordAndRecoveryCode => "password and recovery code",
        SignInMethod.Passkey => "passkey",
        _ => "organisation's account",
    };

    public static Tone ToneOf(InvitationState state) => state switch
    {
        InvitationState.Open => Tone.Active,
        InvitationState.Accepted => Tone.Good,
        _ => Tone.Quiet,
    };

    public static string NameOf(LocalOptimizer optimizer) => optimizer == LocalOptimizer.Sgd ? "SGD with momentum" : optimizer.ToString();

    public static string NameOf(EvaluationRow row, IReadOnlyDictionary<Guid, string> institutions) => row.Scope switch
    {
        EvaluationScope.Pooled => "All institutions, pooled",
        EvaluationScope.Holdout => "Consortium hold-out",
        _ => row.InstitutionId is { } id && institutions.TryGetValue(id, out string? name) ? name : row.ShortCode ?? "",
    };

    private static StageFace FaceOf(RoundStep step, RoundStand round) => step switch
    {
        { IsUsed: false } => StageFace.Unused,
        { IsReached: false } => StageFace.Ahead,
        _ when round.Row.State == RoundState.Completed => StageFace.Done,
        _ when step != round.Steps.Last(s => s.IsReached) => StageFace.Done,
        _ => round.Row.State == RoundState.Failed ? StageFace.Failed : StageFace.Current,
    };

    private static string NoteOf(RoundStep step) => step.IsUsed ? "" : "not used";
}
