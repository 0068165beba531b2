using FedPortal.Components.Shared;
using FedPortal.Operation;
using Microsoft.Extensions.Localization;

namespace FedPortal.Components.Pages.Operation;

/// <summary>Words and moods of long tasks.</summary>
internal static class JobWords
{
    public static string NameOf(JobState state, IStringLocalizer<OperationTexts> texts) => state switch
    {
        JobState.Queued => texts["JobWaiting"].Value,
        JobState.Running => texts["JobRunning"].Value,
        JobState.Done => texts["JobDone"].Value,
        JobState.Failed => texts["JobHasFailed"].Value,
        _ => texts["JobStopped"].Value,
    };

    public static Tone ToneOf(JobState state) => state switch
    {
        JobState.Running => Tone.Active,
        JobState.Done => Tone.Good,
        JobState.Failed => Tone.Bad,
        JobState.Cancelled => Tone.Warn,
        _ => Tone.Quiet,
    };

    public static string Summary(IReadOnlyList<JobRow> rows, IStringLocalizer<OperationTexts> texts) =>
        texts["RunningAndWaiting", Words.Count(rows.Count(row => row.State == JobState.Running)), Words.Count(rows.Count(row => row.State == JobState.Queued))].Value;

    /// <summary>What to ask before a task is stopped: for rounds that is more than the round.</summary>
    public static string StopQuestion(JobRow row, IStringLocalizer<OperationTexts> texts) =>
        row.Kind == "Round" ? texts["StopCallsOffStudy"].Value : texts["StopLosesWork"].Value;

    /// <summary>The scheduler's groups of jobs, in words.</summary>
    public static string OfGroup(string group, IStringLocalizer<OperationTexts> texts) => group switch
    {
        "round" => texts["MoveStudyOn"].Value,
        "attack" => texts["AttackTest"].Value,
        "site-work" => texts["SiteProgram"].Value,
        "dataset-import" => texts["DataSetImport"].Value,
        "consortium" => texts["ConsortiumSetUp"].Value,
        "alerts" => texts["LookForAlerts"].Value,
        "retention" => texts["RemoveOldThings"].Value,
        "inference" => texts["WatchReleasedModels"].Value,
        "robustness" => texts["RobustnessTest"].Value,
        "comparison" => texts["ComparisonOfMethods"].Value,
        "backup" => texts["RegularBackup"].Value,
        _ => group,
    };
}
