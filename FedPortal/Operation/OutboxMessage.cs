namespace FedPortal.Operation;

public enum OutboxState
{
    Waiting,
    Sent,

    /// <summary>Given up after too many attempts, or because the channel is gone.</summary>
    GivenUp,
}

/// <summary>A message that is to leave the portal. It is stored in the transaction that made it, so no restart loses it; what it says is encrypted at rest.</summary>
public sealed class OutboxMessage
{
    public const int ProblemLength = 500;

    /// <param name="channelId">Where it goes; null for a mail to <paramref name="address"/>.</param>
    /// <param name="protectedBody">What is sent, encrypted by the portal's data protection.</param>
    public OutboxMessage(ChannelKind kind, Guid? channelId, Guid? alertId, string address, string title, string protectedBody, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        Id = Guid.CreateVersion7(now);
        Kind = kind;
        ChannelId = channelId;
        AlertId = alertId;
        Address = address;
        Title = title;
        ProtectedBody = protectedBody;
        CreatedAt = DueAt = now;
    }

    private OutboxMessage()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public ChannelKind Kind { get; private set; }

    public Guid? ChannelId { get; private set; }

    public Guid? AlertId { get; private set; }

    public string Address { get; private set; } = "";

    public string Title { get; private set; } = "";

    /// <summary>Empty once the message is sent or given up: then it is kept as a record only.</summary>
    public string ProtectedBody { get; private set; } = "";

    public OutboxState State { get; private set; }

    public int Attempts { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Not before.</summary>
    public DateTimeOffset DueAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Problem { get; private set; }

    /// <summary>Takes the message for one attempt: nobody else does before <paramref name="until"/>.</summary>
    public void Claim(DateTimeOffset until)
    {
        RequireWaiting();
        Attempts++;
        DueAt = until;
    }

    public void Sent(DateTimeOffset now)
    {
        RequireWaiting();
        (State, EndedAt, Problem, ProtectedBody) = (OutboxState.Sent, now, null, "");
    }

    /// <param name="againAt">When to try again, or null to give up.</param>
    public void Failed(string problem, DateTimeOffset? againAt, DateTimeOffset now)
    {
        RequireWaiting();
        Problem = problem.Length <= ProblemLength ? problem : problem[..ProblemLength];
        if (againAt is { } due)
        {
            DueAt = due;
            return;
        }

        (State, EndedAt, ProtectedBody) = (OutboxState.GivenUp, now, "");
    }

    private void RequireWaiting()
    {
        if (State != OutboxState.Waiting)
        {
            throw new InvalidOperationException($"The message '{Title}' is {State} already.");
        }
    }
}
