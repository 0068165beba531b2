using FedPortal.Training.Learning;

namespace FedPortal.Rounds;

/// <summary>One attempt at one pass of federated averaging.</summary>
/// <remarks>Knows no database and no clock: the caller passes the time, so every test is exact.</remarks>
public sealed class Round
{
    /// <param name="number">From 1; round n makes model version n out of version n - 1.</param>
    /// <param name="attempt">From 1; an attempt that failed is never taken up again.</param>
    public Round(Guid studyId, int number, int attempt, FederatedStrategy strategy, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        Number = number;
        Attempt = attempt;
        Strategy = strategy;
        CreatedAt = ChangedAt = now;
    }

    private Round()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    public int Number { get; private set; }

    public int Attempt { get; private set; }

    public FederatedStrategy Strategy { get; private set; }

    public RoundState State { get; private set; } = RoundState.Planned;

    /// <summary>The state it failed in, or null.</summary>
    public RoundState? FailedIn { get; private set; }

    public string? FailureReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? OpenedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>When waiting in the present state ends; null where nobody waits.</summary>
    public DateTimeOffset? Deadline { get; private set; }

    /// <summary>Blob of the aggregated update, once there is one. Of a protected round: of the decrypted sum.</summary>
    public string? AggregateHash { get; private set; }

    /// <summary>Blob of the signed round description; null for a plain round.</summary>
    public string? DescriptionHash { get; private set; }

    /// <summary>Blob of the signed set of accepted updates, fixed once for an attempt; null before.</summary>
    public string? AcceptedSetHash { get; private set; }

    /// <summary>SHA-256 of the encrypted sum, so that a replay can be held against it; null for a plain round.</summary>
    public string? EncryptedSumHash { get; private set; }

    public int BaseVersion => Number - 1;

    public int ResultVersion => Number;

    /// <summary>The furthest state reached, also for a round that failed.</summary>
    public RoundState Furthest => FailedIn ?? State;

    public bool IsFinal => RoundMoves.IsFinal(State);

    public void Open(DateTimeOffset deadline, DateTimeOffset now)
    {
        MoveTo(RoundState.Opened, now);
        OpenedAt = now;
        Deadline = deadline;
    }

    /// <summary>Opens a protected round under its signed description.</summary>
    public void Open(string descriptionHash, DateTimeOffset deadline, DateTimeOffset now)
    {
        Open(deadline, now);
        DescriptionHash = descriptionHash;
    }

    public void BeginTraining(DateTimeOffset now) => MoveTo(RoundState.Training, now);

    public void CloseSubmissions(DateTimeOffset now)
    {
        MoveTo(RoundState.Submitted, now);
        Deadline = null;
    }

    /// <summary>Fixes who is in the sum. Nothing can change that any more: another set needs another attempt.</summary>
    public void RecordScreened(string acceptedSetHash, DateTimeOffset now)
    {
        MoveTo(RoundState.Screened, now);
        AcceptedSetHash = acceptedSetHash;
    }

    /// <summary>The ciphertexts are added up, and the helpers are asked.</summary>
    /// <param name="encryptedSumHash">Of the sum.</param>
    /// <param name="deadline">Until when answers are waited for.</param>
    public void RecordSummed(string encryptedSumHash, DateTimeOffset deadline, DateTimeOffset now)
    {
        MoveTo(RoundState.Aggregated, now);
        EncryptedSumHash = encryptedSumHash;
        Deadline = deadline;
    }

    /// <summary>The sum, and only the sum, is open.</summary>
    public void RecordUnlocked(string blobHash, DateTimeOffset now)
    {
        MoveTo(RoundState.Unlocked, now);
        AggregateHash = blobHash;
        Deadline = null;
    }

    public void RecordAggregate(string blobHash, DateTimeOffset now)
    {
        MoveTo(RoundState.Aggregated, now);
        AggregateHash = blobHash;
    }

    /// <param name="evaluationDeadline">Until when evaluations are waited for.</param>
    public void RecordApplied(DateTimeOffset evaluationDeadline, DateTimeOffset now)
    {
        MoveTo(RoundState.Applied, now);
        Deadline = evaluationDeadline;
    }

    public void RecordEvaluated(DateTimeOffset now)
    {
        MoveTo(RoundState.Evaluated, now);
        Deadline = null;
    }

    public void Complete(DateTimeOffset now) => MoveTo(RoundState.Completed, now);

    public void Fail(string reason, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        RoundState before = State;
        MoveTo(RoundState.Failed, now);
        FailedIn = before;
        FailureReason = reason;
        Deadline = null;
    }

    private void MoveTo(RoundState next, DateTimeOffset now)
    {
        if (!RoundMoves.Allow(RoundPaths.Of(Strategy), State, next))
        {
            throw new InvalidOperationException($"Round {Number} attempt {Attempt} is {State} and cannot become {next} under {RoundPaths.NameOf(Strategy)}.");
        }

        State = next;
        ChangedAt = now;
    }
}
