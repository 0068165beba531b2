using System.Collections.Frozen;

namespace FedPortal.Rounds;

/// <summary>One piece of work for one site program. A lease says who may hand in the result: a later lease fences off every earlier one.</summary>
/// <remarks>Secrets are kept as SHA-256 hashes only.</remarks>
public sealed class Assignment
{
    private static readonly FrozenSet<(AssignmentState From, AssignmentState To)> Moves = new[]
    {
        (AssignmentState.Waiting, AssignmentState.Running),
        (AssignmentState.Waiting, AssignmentState.Cancelled),
        (AssignmentState.Waiting, AssignmentState.Failed),
        (AssignmentState.Running, AssignmentState.Done),
        (AssignmentState.Running, AssignmentState.Waiting),
        (AssignmentState.Running, AssignmentState.Failed),
        (AssignmentState.Running, AssignmentState.Cancelled),
    }.ToFrozenSet();

    /// <param name="roundId">Null for work before the first round.</param>
    /// <param name="institutionId">Null for the consortium's own work: the first model and the consortium hold-out.</param>
    /// <param name="modelVersion">Model to train from or to evaluate.</param>
    public Assignment(Guid studyId, Guid? roundId, Guid? institutionId, Guid? datasetId, AssignmentKind kind, int modelVersion, int seat, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        RoundId = roundId;
        InstitutionId = institutionId;
        DatasetId = datasetId;
        Kind = kind;
        ModelVersion = modelVersion;
        Seat = seat;
        CreatedAt = ChangedAt = NextStartAt = now;
    }

    private Assignment()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    public Guid? RoundId { get; private set; }

    public Guid? InstitutionId { get; private set; }

    public Guid? DatasetId { get; private set; }

    public AssignmentKind Kind { get; private set; }

    public int ModelVersion { get; private set; }

    public int Seat { get; private set; }

    public AssignmentState State { get; private set; } = AssignmentState.Waiting;

    /// <summary>Number of the present lease, from 1; 0 before the first. Also the number of attempts begun.</summary>
    public int Lease { get; private set; }

    /// <summary>Attempts that ended without a result. Attempts that the portal itself stopped do not count.</summary>
    public int Failures { get; private set; }

    public DateTimeOffset? LeaseUntil { get; private set; }

    public DateTimeOffset NextStartAt { get; private set; }

    /// <summary>Hash of the one-time token; gone once it was used.</summary>
    public string? TokenHash { get; private set; }

    /// <summary>Hash of the session that the token was exchanged for.</summary>
    public string? SessionHash { get; private set; }

    /// <summary>Blob of what was handed in.</summary>
    public string? ResultHash { get; private set; }

    public string? FailureReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public bool IsFinal => State is AssignmentState.Done or AssignmentState.Failed or AssignmentState.Cancelled;

    public static bool CanMove(AssignmentState from, AssignmentState to) => Moves.Contains((from, to));

    /// <summary>Begins the next attempt: a new lease with a new one-time token.</summary>
    public void Begin(string tokenHash, DateTimeOffset leaseUntil, DateTimeOffset now)
    {
        MoveTo(AssignmentState.Running, now);
        Lease++;
        LeaseUntil = leaseUntil;
        TokenHash = tokenHash;
        SessionHash = null;
    }

    /// <summary>Exchanges the one-time token for a session.</summary>
    public void Join(string sessionHash, DateTimeOffset leaseUntil, DateTimeOffset now)
    {
        RequireRunning("join");
        TokenHash = null;
        SessionHash = sessionHash;
        LeaseUntil = leaseUntil;
        ChangedAt = now;
    }

    public void Renew(DateTimeOffset leaseUntil, DateTimeOffset now)
    {
        RequireRunning("renew its lease");
        LeaseUntil = leaseUntil;
        ChangedAt = now;
    }

    public void Finish(string resultHash, DateTimeOffset now)
    {
        MoveTo(AssignmentState.Done, now);
        ResultHash = resultHash;
        LeaseUntil = null;
    }

    /// <summary>Ends the attempt without a result: back to waiting, or failed when attempts are used up.</summary>
    /// <param name="firstWait">Wait before the second attempt; it doubles with each further one.</param>
    public void EndAttempt(string reason, int maxAttempts, TimeSpan firstWait, DateTimeOffset now)
    {
        Failures++;
        MoveTo(Failures < maxAttempts ? AssignmentState.Waiting : AssignmentState.Failed, now);
        FailureReason = reason;
        NextStartAt = now + (firstWait * Math.Pow(2, Failures - 1));
        LeaseUntil = null;
        TokenHash = SessionHash = null;
    }

    /// <summary>Ends the attempt because the portal stops; it counts as no failure.</summary>
    public void Release(DateTimeOffset now)
    {
        MoveTo(AssignmentState.Waiting, now);
        NextStartAt = now;
        LeaseUntil = null;
        TokenHash = SessionHash = null;
    }

    /// <summary>Ends the assignment for good: trying again cannot help.</summary>
    public void GiveUp(string reason, DateTimeOffset now)
    {
        MoveTo(AssignmentState.Failed, now);
        FailureReason = reason;
        LeaseUntil = null;
        TokenHash = SessionHash = null;
    }

    public void Cancel(string reason, DateTimeOffset now)
    {
        MoveTo(AssignmentState.Cancelled, now);
        FailureReason = reason;
        LeaseUntil = null;
        TokenHash = SessionHash = null;
    }

    private void MoveTo(AssignmentState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"Assignment {Id} ({Kind}) is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
    }

    private void RequireRunning(string wish)
    {
        if (State != AssignmentState.Running)
        {
            throw new InvalidOperationException($"Assignment {Id} ({Kind}) is {State} and cannot {wish}.");
        }
    }
}
