namespace FedPortal.Rounds;

/// <summary>One run of a site program for an assignment, kept for whoever asks why a round took long.</summary>
public sealed class AssignmentAttempt
{
    public AssignmentAttempt(Guid assignmentId, int lease, DateTimeOffset now)
    {
        AssignmentId = assignmentId;
        Lease = lease;
        StartedAt = now;
    }

    private AssignmentAttempt()
    {
        // For EF Core.
    }

    public Guid AssignmentId { get; private set; }

    public int Lease { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>"done", or why it ended without a result; null while it runs.</summary>
    public string? Outcome { get; private set; }

    public void End(string outcome, DateTimeOffset now)
    {
        EndedAt ??= now;
        Outcome ??= outcome;
    }
}
