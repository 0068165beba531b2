namespace FedPortal.Operation;

/// <summary>Where a long task is.</summary>
public enum JobState
{
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>One long task in words a person knows.</summary>
/// <param name="Kind">Which kind of task, as its <see cref="IJobSource.Kind"/>: "Data-set import".</param>
/// <param name="Id">Of the thing that is worked on; with the kind it names the task.</param>
/// <param name="Title">What is being done: "Round 4 of Pneumonia, attempt 2".</param>
/// <param name="EndedAt">Null until it is done, failed or cancelled.</param>
/// <param name="Progress">0 to 1, or null when unknown.</param>
/// <param name="Detail">Stage while it runs, the reason when it failed; null when there is nothing to say.</param>
/// <param name="Address">The page that shows it, or null.</param>
/// <param name="InstitutionId">Whose it is; null for the consortium's own.</param>
public sealed record JobRow(
    string Kind,
    Guid Id,
    string Title,
    JobState State,
    DateTimeOffset QueuedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    double? Progress,
    string? Detail,
    string? Address,
    Guid? InstitutionId,
    bool MayRetry,
    bool MayCancel)
{
    public bool IsOver => State is JobState.Done or JobState.Failed or JobState.Cancelled;

    /// <summary>What is left at the pace so far; null where the start or the progress is not known, or too little is done to tell.</summary>
    public TimeSpan? Remaining(DateTimeOffset now) => State == JobState.Running && StartedAt is { } started && Progress is >= 0.02 and <= 1 && now > started
        ? (now - started) * ((1 - Progress.Value) / Progress.Value)
        : null;
}
