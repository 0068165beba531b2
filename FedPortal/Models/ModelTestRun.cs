using System.Collections.Frozen;

namespace FedPortal.Models;

/// <summary>One test of one model version that takes a while. Its results stay on record, whatever they say.</summary>
public abstract class ModelTestRun
{
    private static readonly FrozenSet<(AttackState From, AttackState To)> Moves = new[]
    {
        (AttackState.Waiting, AttackState.Running),
        (AttackState.Waiting, AttackState.Cancelled),
        (AttackState.Running, AttackState.Done),
        (AttackState.Running, AttackState.Failed),
        (AttackState.Running, AttackState.Cancelled),
    }.ToFrozenSet();

    private protected ModelTestRun(Guid studyId, int modelVersion, string startedBy, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(startedBy);
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        ModelVersion = modelVersion;
        StartedBy = startedBy;
        CreatedAt = ChangedAt = now;
    }

    private protected ModelTestRun()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    public int ModelVersion { get; private set; }

    public AttackState State { get; private set; } = AttackState.Waiting;

    public string StartedBy { get; private set; } = "";

    /// <summary>Words for a person.</summary>
    public string Stage { get; private set; } = "";

    /// <summary>0 to 1.</summary>
    public double Progress { get; private set; }

    /// <summary>Work of the institutions that belongs to this test; empty where the portal's own child process does it.</summary>
    public IReadOnlyList<Guid> AssignmentIds { get; private set; } = [];

    /// <summary>What it found, as JSON; null until done.</summary>
    public string? OutcomeJson { get; private set; }

    /// <summary>SHA-256, hex, of <see cref="OutcomeJson"/>.</summary>
    public string? OutcomeHash { get; private set; }

    public string? FailureReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public bool IsFinal => State is AttackState.Done or AttackState.Failed or AttackState.Cancelled;

    /// <summary>What kind of test it is, in the audit log's words: "attack test 'Membership'".</summary>
    public abstract string Title { get; }

    /// <summary>Whether another run does the same at the same model.</summary>
    public abstract bool IsSameAs(ModelTestRun other);

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
            throw new InvalidOperationException($"{Title} {Id} is {State} and shows no progress.");
        }

        Stage = stage.Length <= 100 ? stage : stage[..100];
        Progress = Math.Clamp(fraction, 0, 1);
        ChangedAt = now;
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

    private protected void Finish(string outcomeJson, string outcomeHash, DateTimeOffset now)
    {
        MoveTo(AttackState.Done, now);
        OutcomeJson = outcomeJson;
        OutcomeHash = outcomeHash;
        Progress = 1;
        Stage = "";
    }

    private void MoveTo(AttackState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"{Title} {Id} is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
    }
}
