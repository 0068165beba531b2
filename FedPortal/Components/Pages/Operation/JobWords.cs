using FedPortal.Components.Shared;
using FedPortal.Operation;

namespace FedPortal.Components.Pages.Operation;

/// <summary>Words and moods of long tasks.</summary>
internal static class JobWords
{
    public static string NameOf(JobState state) => state switch
    {
        JobState.Queued => "waiting",
        JobState.Running => "running",
        JobState.Done => "done",
        JobState.Failed => "failed",
        _ => "stopped",
    };

    public static Tone ToneOf(JobState state) => state switch
    {
        JobState.Running => Tone.Active,
        JobState.Done => Tone.Good,
        JobState.Failed => Tone.Bad,
        JobState.Cancelled => Tone.Warn,
        _ => Tone.Quiet,
    };

    public static string Summary(IReadOnlyList<JobRow> rows) =>
        $"{Words.Count(rows.Count(row => row.State == JobState.Running))} running, {Words.Count(rows.Count(row => row.State == JobState.Queued))} waiting";

    /// <summary>What to ask before a task is stopped: for rounds that is more than the round.</summary>
    public static string StopQuestion(JobRow row) => row.Kind == "Round" ? "This calls off the whole study. Stop it?" : "What it has done so far is lost. Stop it?";

    /// <summary>The scheduler's groups of jobs, in words.</summary>
    public static string OfGroup(string group) => group switch
    {
        "round" => "Move a study on",
        "attack" => "Attack test",
        "site-work" => "Site program",
        "dataset-import" => "Data-set import",
        "consortium" => "Consortium set-up",
        "alerts" => "Look for reasons for alerts",
        "retention" => "Remove what is past its time",
        "inference" => "Watch released models",
        "robustness" => "Robustness test",
        "comparison" => "Comparison of methods",
        "backup" => "Regular backup",
        _ => group,
    };
}
