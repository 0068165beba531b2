namespace FedPortal.Inference;

public enum RevalidationState
{
    /// <summary>Institutions measure.</summary>
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>
/// One further measuring of a released model: every institution of the roster evaluates it on the hold-out that its data set has now, and the pooled report is
/// held against that of the release.
/// </summary>
public sealed class Revalidation
{
    public Revalidation(Guid studyId, int modelVersion, IReadOnlyList<Guid> assignmentIds, string startedBy, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        ModelVersion = modelVersion;
        AssignmentIds = assignmentIds;
        StartedBy = startedBy;
        CreatedAt = now;
    }

    private Revalidation()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    public int ModelVersion { get; private set; }

    public RevalidationState State { get; private set; } = RevalidationState.Running;

    public string StartedBy { get; private set; } = "";

    public IReadOnlyList<Guid> AssignmentIds { get; private set; } = [];

    /// <summary>The pooled report as JSON; null until done.</summary>
    public string? ReportJson { get; private set; }

    /// <summary>Metrics that are below the release's interval, in words; empty when none is. Null until done.</summary>
    public string? Worse { get; private set; }

    public string? FailureReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public bool IsFinal => State != RevalidationState.Running;

    /// <param name="reportJson">Pooled over the institutions that measured.</param>
    /// <param name="worse">Empty when nothing is worse.</param>
    /// <param name="remark">Institutions that did not measure, with the reason, or null.</param>
    public void Finish(string reportJson, string worse, string? remark, DateTimeOffset now)
    {
        End(RevalidationState.Done, remark, now);
        ReportJson = reportJson;
        Worse = worse;
    }

    public void Fail(string reason, DateTimeOffset now) => End(RevalidationState.Failed, reason, now);

    public void Cancel(string reason, DateTimeOffset now) => End(RevalidationState.Cancelled, reason, now);

    private void End(RevalidationState state, string? reason, DateTimeOffset now)
    {
        if (IsFinal)
        {
            throw new InvalidOperationException($"The re-validation of model version {ModelVersion} is {State} and cannot become {state}.");
        }

        State = state;
        FailureReason = reason;
        EndedAt = now;
    }
}
