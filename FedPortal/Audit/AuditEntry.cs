namespace FedPortal.Audit;

/// <summary>What happened, when, and by whom. Saved in the same transaction as the change it tells of.</summary>
public sealed class AuditEntry
{
    public AuditEntry(DateTimeOffset at, string actor, string subject, Guid? subjectId, string action)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        At = at;
        Actor = actor;
        Subject = subject;
        SubjectId = subjectId;
        Action = action;
    }

    private AuditEntry()
    {
        // For EF Core.
    }

    /// <summary>Given by the database, rising.</summary>
    public long Sequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    /// <summary>A user's name, "portal", or an institution's short code.</summary>
    public string Actor { get; private set; } = "";

    /// <summary>Kind of thing: "study", "round", "data set", "institution".</summary>
    public string Subject { get; private set; } = "";

    public Guid? SubjectId { get; private set; }

    public string Action { get; private set; } = "";
}
