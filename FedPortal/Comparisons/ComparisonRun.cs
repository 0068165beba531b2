using System.Collections.Frozen;

namespace FedPortal.Comparisons;

/// <summary>One comparison of methods. What is finished of it stays on record, however it ended.</summary>
public sealed class ComparisonRun
{
    private const int LongestStage = 200;

    private static readonly FrozenSet<(ComparisonState From, ComparisonState To)> Moves = new[]
    {
        (ComparisonState.Waiting, ComparisonState.Running),
        (ComparisonState.Waiting, ComparisonState.Cancelled),
        (ComparisonState.Running, ComparisonState.Done),
        (ComparisonState.Running, ComparisonState.Failed),
        (ComparisonState.Running, ComparisonState.Cancelled),
    }.ToFrozenSet();

    /// <exception cref="ArgumentException">The order has problems.</exception>
    public ComparisonRun(ComparisonOrder order, string startedBy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentException.ThrowIfNullOrWhiteSpace(startedBy);
        if (order.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(order));
        }

        Id = Guid.CreateVersion7(now);
        Order = order;
        StartedBy = startedBy;
        CreatedAt = ChangedAt = now;
    }

    private ComparisonRun()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public ComparisonOrder Order { get; private set; } = ComparisonOrder.Usual;

    public ComparisonState State { get; private set; } = ComparisonState.Waiting;

    public string StartedBy { get; private set; } = "";

    /// <summary>The method that runs now; empty while there is none.</summary>
    public string Method { get; private set; } = "";

    /// <summary>Words for a person.</summary>
    public string Stage { get; private set; } = "";

    /// <summary>0 to 1.</summary>
    public double Progress { get; private set; }

    /// <summary>The <see cref="Training.Comparison.ComparisonReport"/> as JSON, as far as it is; null before the first method is finished.</summary>
    public string? ReportJson { get; private set; }

    public string? FailureReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? BegunAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public bool IsFinal => State is ComparisonState.Done or ComparisonState.Failed or ComparisonState.Cancelled;

    public static bool CanMove(ComparisonState from, ComparisonState to) => Moves.Contains((from, to));

    public void Begin(DateTimeOffset now)
    {
        MoveTo(ComparisonState.Running, now);
        BegunAt = now;
    }

    /// <param name="method">The one that runs.</param>
    /// <param name="stage">What it is doing.</param>
    /// <param name="fraction">0 to 1, of the whole.</param>
    /// <param name="reportJson">What is finished so far, or null for no change.</param>
    public void Show(string method, string stage, double fraction, string? reportJson, DateTimeOffset now)
    {
        if (State != ComparisonState.Running)
        {
            throw new InvalidOperationException($"Comparison {Id} is {State} and shows no progress.");
        }

        Method = method;
        Stage = stage.Length <= LongestStage ? stage : stage[..LongestStage];
        Progress = Math.Clamp(fraction, 0, 1);
        ReportJson = reportJson ?? ReportJson;
        ChangedAt = now;
    }

    public void Finish(string reportJson, DateTimeOffset now)
    {
        MoveTo(ComparisonState.Done, now);
        ReportJson = reportJson;
        Progress = 1;
        (Method, Stage) = ("", "");
    }

    public void Fail(string reason, DateTimeOffset now)
    {
        MoveTo(ComparisonState.Failed, now);
        FailureReason = reason;
    }

    public void Cancel(string reason, DateTimeOffset now)
    {
        MoveTo(ComparisonState.Cancelled, now);
        FailureReason = reason;
    }

    private void MoveTo(ComparisonState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"Comparison {Id} is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
    }
}
