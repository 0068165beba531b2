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
    private static readonly StaticTexts Texts = new(typeof(StateWords));

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

    public static string NameOf(StudyState state) => state switch
    {
        StudyState.Draft => Texts["StudyDraft"],
        StudyState.Proposed => Texts["StudyProposed"],
        StudyState.Running => Texts["StudyRunning"],
        StudyState.Completed => Texts["StudyCompleted"],
        StudyState.Cancelled => Texts["StudyCancelled"],
        StudyState.Failed => Texts["StudyFailed"],
        _ => state.ToString(),
    };

    public static string NameOf(RoundState state) => state switch
    {
        RoundState.Planned => Texts["RoundPlanned"],
        RoundState.Opened => Texts["RoundOpened"],
        RoundState.Training => Texts["RoundTraining"],
        RoundState.Submitted => Texts["RoundSubmitted"],
        RoundState.Screened => Texts["RoundScreened"],
        RoundState.Aggregated => Texts["RoundAggregated"],
        RoundState.Unlocked => Texts["RoundUnlocked"],
        RoundState.Applied => Texts["RoundApplied"],
        RoundState.Evaluated => Texts["RoundEvaluated"],
        RoundState.Completed => Texts["RoundCompleted"],
        RoundState.Failed => Texts["RoundFailed"],
        _ => state.ToString(),
    };

    public static string NameOf(ParticipationState state) => state switch
    {
        ParticipationState.Invited => Texts["ParticipationInvited"],
        ParticipationState.Keyed => Texts["ParticipationKeyed"],
        ParticipationState.Training => Texts["ParticipationTraining"],
        ParticipationState.Submitted => Texts["ParticipationSubmitted"],
        ParticipationState.Accepted => Texts["ParticipationAccepted"],
        ParticipationState.Excluded => Texts["ParticipationExcluded"],
        ParticipationState.Dropped => Texts["ParticipationDropped"],
        _ => state.ToString(),
    };

    public static string NameOf(DatasetState state) => state switch
    {
        DatasetState.Importing => Texts["DatasetImporting"],
        DatasetState.Ready => Texts["DatasetReady"],
        DatasetState.Failed => Texts["DatasetFailed"],
        _ => state.ToString(),
    };

    public static string NameOf(DatasetSource source) => source switch
    {
        DatasetSource.Folder => Texts["SourceFolder"],
        DatasetSource.Upload => Texts["SourceUpload"],
        DatasetSource.Revision => Texts["SourceRevision"],
        DatasetSource.Site => Texts["SourceSite"],
        _ => Texts["SourcePhantoms"],
    };

    public static string NameOf(InstitutionStatus status) => status switch
    {
        InstitutionStatus.Active => Texts["InstitutionActive"],
        InstitutionStatus.Suspended => Texts["InstitutionSuspended"],
        InstitutionStatus.Withdrawn => Texts["InstitutionWithdrawn"],
        _ => status.ToString(),
    };

    public static string NameOf(ApplicationState state) => state switch
    {
        ApplicationState.Waiting => Texts["ApplicationWaiting"],
        ApplicationState.Approved => Texts["ApplicationApproved"],
        ApplicationState.Declined => Texts["ApplicationDeclined"],
        _ => state.ToString(),
    };

    public static string NameOf(InvitationState state) => state switch
    {
        InvitationState.Open => Texts["InvitationOpen"],
        InvitationState.Accepted => Texts["InvitationAccepted"],
        InvitationState.Withdrawn => Texts["InvitationWithdrawn"],
        InvitationState.Expired => Texts["InvitationExpired"],
        _ => state.ToString(),
    };

    public static string NameOf(AssignmentKind kind) => kind switch
    {
        AssignmentKind.Initialise => Texts["AssignmentInitialise"],
        AssignmentKind.Train => Texts["AssignmentTrain"],
        AssignmentKind.Evaluate => Texts["AssignmentEvaluate"],
        AssignmentKind.Unlock => Texts["AssignmentUnlock"],
        AssignmentKind.Attack => Texts["AssignmentAttack"],
        AssignmentKind.Revalidate => Texts["AssignmentRevalidate"],
        AssignmentKind.Robustness => Texts["AssignmentRobustness"],
        _ => kind.ToString(),
    };

    /// <summary>A page of the study wizard.</summary>
    public static string NameOf(StudyStep step) => step switch
    {
        StudyStep.Question => Texts["StepQuestion"],
        StudyStep.Roster => Texts["StepRoster"],
        StudyStep.Model => Texts["StepModel"],
        StudyStep.Preprocessing => Texts["StepPreprocessing"],
        StudyStep.Balance => Texts["StepBalance"],
        StudyStep.Noise => Texts["StepNoise"],
        StudyStep.Encryption => Texts["StepEncryption"],
        StudyStep.Rounds => Texts["StepRounds"],
        StudyStep.Plan => Texts["StepPlan"],
        _ => step.ToString(),
    };

    /// <summary>What an admin has to do comes before the status.</summary>
    public static string NameOf(InstitutionRow row) => row.Task switch
    {
        InstitutionTask.Invite => Texts["NeedsAToken"],
        InstitutionTask.Confirm => Texts["CompareTheFingerprint"],
        _ => NameOf(row.Status),
    };

    public static Tone ToneOf(InstitutionRow row) => row.Task == InstitutionTask.None ? ToneOf(row.Status) : Tone.Warn;

    public static Tone ToneOf(ApplicationState state) => state switch
    {
        ApplicationState.Approved => Tone.Good,
        ApplicationState.Declined => Tone.Bad,
        _ => Tone.Warn,
    };

    /// <summary>The order of the straight line, with the state the round is in as the present one.</summary>
    public static IReadOnlyList<StageView> StagesOf(RoundStand round) => [.. round.Steps.Select(step => new StageView(NameOf(step.State), FaceOf(step, round), NoteOf(step)))];

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
        ClassBalance.WeightedLoss => Texts["BalanceWeightedLoss"],
        ClassBalance.FocalLoss => Texts["BalanceFocalLoss"],
        ClassBalance.BalancedSampling => Texts["BalanceSampling"],
        ClassBalance.LogitAdjustment => Texts["BalanceLogitAdjustment"],
        _ => Texts["BalanceNone"],
    };

    public static string NameOf(LearningRateSchedule schedule) => schedule switch
    {
        LearningRateSchedule.Constant => Texts["ScheduleConstant"],
        LearningRateSchedule.Step => Texts["ScheduleStep"],
        LearningRateSchedule.Cosine => Texts["ScheduleCosine"],
        LearningRateSchedule.WarmUp => Texts["ScheduleWarmUp"],
        _ => schedule.ToString(),
    };

    public static string NameOf(SignInMethod method) => method switch
    {
        SignInMethod.Password => Texts["SignInPassword"],
        SignInMethod.PasswordAndCode => Texts["SignInPasswordAndCode"],
        SignInMethod.PasswordAndRecoveryCode => Texts["SignInRecoveryCode"],
        SignInMethod.Passkey => Texts["SignInPasskey"],
        _ => Texts["SignInOrganisation"],
    };

    public static Tone ToneOf(InvitationState state) => state switch
    {
        InvitationState.Open => Tone.Active,
        InvitationState.Accepted => Tone.Good,
        _ => Tone.Quiet,
    };

    public static string NameOf(LocalOptimizer optimizer) => optimizer == LocalOptimizer.Sgd ? Texts["OptimizerSgd"] : optimizer.ToString();

    public static string NameOf(EvaluationRow row, IReadOnlyDictionary<Guid, string> institutions) => row.Scope switch
    {
        EvaluationScope.Pooled => Texts["EvaluationPooled"],
        EvaluationScope.Holdout => Texts["EvaluationHoldout"],
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

    private static string NoteOf(RoundStep step) => step.IsUsed ? "" : Texts["StageNotUsed"];
}
