using System.Collections.Frozen;

namespace FedPortal.Models;

/// <summary>One attack test of one model version. Its results stay on record, whatever they say.</summary>
public sealed class AttackRun
{
    private static readonly FrozenSet<(AttackState From, AttackState To)> Moves = new[]
    {
        (AttackState.Waiting, AttackState.Running),
        (AttackState.Waiting, AttackState.Cancelled),
        (AttackState.Running, AttackState.Done),
        (AttackState.Running, AttackState.Failed),
        (AttackState.Running, AttackState.Cancelled),
    }.ToFrozenSet();

    public AttackRun(Guid studyId, int modelVersion, AttackKind kind, string startedBy, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(startedBy);
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        ModelVersion = modelVersion;
        Kind = kind;
        StartedBy = startedBy;
        CreatedAt = ChangedAt = now;
    }

    private AttackRun()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    public int ModelVersion { get; private set; }

    public AttackKind Kind { get; private set; }

    public AttackState State { get; private set; } = AttackState.Waiting;

    public string StartedBy { get; private set; } = "";

    /// <summary>Words for a person.</summary>
    public string Stage { get; private set; } = "";

    /// <summary>0 to 1.</summary>
    public double Progress { get; private set; }

    /// <summary>Work of the institutions that belongs to this test; empty where the portal's own child process does it.</summary>
    public IReadOnlyList<Guid> AssignmentIds { get; private set; } = [];

    /// <summary>The <see cref="AttackOutcome"/> as JSON; null until done.</summary>
    public string? OutcomeJson { get; private set; }

    /// <summary>SHA-256, hex, of <see cref="OutcomeJson"/>: signatures name it.</summary>
    public string? OutcomeHash { get; private set; }

    /// <summary>The lower bound of ε that was found; null until done, and for tests that give none.</summary>
    public double? EpsilonFound { get; private set; }

    public string? FailureReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public bool IsFinal => State is AttackState.Done or AttackState.Failed or AttackState.Cancelled;

    public static bool CanMove(AttackState from, AttackState to) => Moves.Contains((from, to));

    /// <param name="assignmentIds">Work handed to institutions, or none.</param>
    public void Begin(IReadOnlyList<Guid> assignmentIds, DateTimeOffset now)
    {
        MoveTo(AttackState.Running, now);
        AssignmentIds = assignmentIds;
    }

    /// <param name="fraction">0 to 1.</param>
    public void Show(string stage, double fraction, DateTimeOffset now)
    {
        if (State != AttackState.Running)
        {
            throw new InvalidOperationException($"Attack test {Id} is {State} and shows no progress.");
        }

        Stage = stage.Length <= 100 ? stage : stage[..100];
        Progress = Math.Clamp(fraction, 0, 1);
        ChangedAt = now;
    }

    public void Finish(string outcomeJson, string outcomeHash, double? epsilonFound, DateTimeOffset now)
    {
        MoveTo(AttackState.Done, now);
        OutcomeJson = outcomeJson;
        OutcomeHash = outcomeHash;
        EpsilonFound = epsilonFound;
        Progress = 1;
        Stage = "";
    }

    public void Fail(string reason, DateTimeOffset now)
    {
        MoveTo(AttackState.Failed, now);
        FailureReason = reason;
    }

    public void Cancel(string reason, DateTimeOffset now)
    {
        MoveTo(AttackState.Cancelled, now);
        FailureReason = reason;
    }

    private void MoveTo(AttackState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"Attack test {Id} ({Kind}) is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
    }
}
