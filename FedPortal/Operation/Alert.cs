namespace FedPortal.Operation;

/// <summary>Something that a person should know. It is open until what it tells of is over; one of a kind and subject is open at a time.</summary>
public sealed class Alert
{
    public const int SubjectLength = 200;
    public const int TitleLength = 200;
    public const int DetailLength = 2000;

    public Alert(AlertKind kind, AlertLevel level, string subject, string title, string detail, string? address, Guid? institutionId, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subject.Length, SubjectLength);
        Id = Guid.CreateVersion7(now);
        Kind = kind;
        Subject = subject;
        InstitutionId = institutionId;
        OpenedAt = now;
        OpenKey = KeyOf(kind, subject);
        Describe(level, title, detail, address, now);
    }

    private Alert()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public AlertKind Kind { get; private set; }

    public AlertLevel Level { get; private set; }

    /// <summary>What it is about: a stable id such as that of a round, or the name of a disk.</summary>
    public string Subject { get; private set; } = "";

    public string Title { get; private set; } = "";

    public string Detail { get; private set; } = "";

    /// <summary>The page that shows more, or null.</summary>
    public string? Address { get; private set; }

    /// <summary>Whose matter it is; null for the consortium's.</summary>
    public Guid? InstitutionId { get; private set; }

    public DateTimeOffset OpenedAt { get; private set; }

    /// <summary>When it was last seen to be still so.</summary>
    public DateTimeOffset SeenAt { get; private set; }

    /// <summary>How often it was raised while it was open.</summary>
    public int Count { get; private set; }

    public DateTimeOffset? AcknowledgedAt { get; private set; }

    public string? AcknowledgedBy { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>"portal" where what it told of is over, else the person who closed it.</summary>
    public string? ClosedBy { get; private set; }

    /// <summary>Kind and subject while open, null afterwards: a unique index over it lets only one be open.</summary>
    public string? OpenKey { get; private set; }

    public static string KeyOf(AlertKind kind, string subject) => $"{kind}/{subject}";

    /// <summary>It is still so, perhaps in other words or more serious.</summary>
    /// <returns>True when it became more serious: then people are told again.</returns>
    public bool SeeAgain(AlertLevel level, string title, string detail, string? address, DateTimeOffset now)
    {
        RequireOpen();
        bool isWorse = level > Level;
        Describe(level, title, detail, address, now);
        if (isWorse)
        {
            (AcknowledgedAt, AcknowledgedBy) = (null, null);
        }

        return isWorse;
    }

    /// <summary>A person has taken note: it stays open but waits for nobody.</summary>
    public void Acknowledge(string by, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        RequireOpen();
        (AcknowledgedAt, AcknowledgedBy) = (now, by);
    }

    public void Close(string by, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        RequireOpen();
        (ClosedAt, ClosedBy, OpenKey) = (now, by, null);
    }

    private void Describe(AlertLevel level, string title, string detail, string? address, DateTimeOffset now)
    {
        Level = level;
        Title = Cut(title, TitleLength);
        Detail = Cut(detail, DetailLength);
        Address = address;
        SeenAt = now;
        Count++;
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private void RequireOpen()
    {
        if (ClosedAt is not null)
        {
            throw new InvalidOperationException($"The alert '{Title}' was closed by {ClosedBy}.");
        }
    }
}
