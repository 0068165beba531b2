using System.Collections.Frozen;

namespace FedPortal.Runs;

/// <summary>Work that a person asked for and that takes a while: a test of a model, a comparison. It stays on record, however it ends.</summary>
public abstract class LongRun
{
    private const int LongestStage = 100;

    private static readonly FrozenSet<(RunState From, RunState To)> Moves = new[]
    {
        (RunState.Waiting, RunState.Running),
        (RunState.Waiting, RunState.Cancelled),
        (RunState.Running, RunState.Done),
        (RunState.Running, RunState.Failed),
        (RunState.Running, RunState.Cancelled),
    }.ToFrozenSet();

    private protected LongRun(string startedBy, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(startedBy);
        Id = Guid.CreateVersion7(now);
        StartedBy = startedBy;
        CreatedAt = ChangedAt = now;
    }

    private protected LongRun()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public RunState State { get; private set; } = RunState.Waiting;

    public string StartedBy { get; private set; } = "";

    /// <summary>Words for a person.</summary>
    public string Stage { get; private set; } = "";

    /// <summary>0 to 1.</summary>
    public double Progress { get; private set; }

    public string? FailureReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public bool IsFinal => State.IsFinal();

    /// <summary>What it is, in the audit log's words: "attack test 'Membership'".</summary>
    public abstract string Title { get; }

    public static bool CanMove(RunState from, RunState to) => Moves.Contains((from, to));

    /// <param name="fraction">0 to 1.</param>
    public void Show(string stage, double fraction, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (State != RunState.Running)
        {
            throw new InvalidOperationException($"{Title} {Id} is {State} and shows no progress.");
        }

        Stage = stage.Length <= LongestStage ? stage : stage[..LongestStage];
        Progress = Math.Clamp(fraction, 0, 1);
        ChangedAt = now;
    }

    public void Fail(string reason, DateTimeOffset now)
    {
        MoveTo(RunState.Failed, now);
        FailureReason = reason;
    }

    public void Cancel(string reason, DateTimeOffset now)
    {
        MoveTo(RunState.Cancelled, now);
        FailureReason = reason;
    }

    private protected void BeginRun(DateTimeOffset now) => MoveTo(RunState.Running, now);

    private protected void FinishRun(DateTimeOffset now)
    {
        MoveTo(RunState.Done, now);
        Progress = 1;
        Stage = "";
    }

    private void MoveTo(RunState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"{Title} {Id} is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
    }
}
