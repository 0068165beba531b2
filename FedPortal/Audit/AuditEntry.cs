using FedPortal.Training.AuditLog;

namespace FedPortal.Audit;

/// <summary>What happened, when, and by whom. Saved in the same transaction as the change it tells of, as the next link of a hash chain.</summary>
public sealed class AuditEntry
{
    /// <summary>Longest name of an actor, here and in the columns that repeat it.</summary>
    public const int ActorLength = 100;

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

    /// <summary>Place in the chain, from 1 without gaps; given when the entry is saved.</summary>
    public long Sequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    /// <summary>A person's name, with the access token where a program acted for it; "portal"; or an institution's short code.</summary>
    public string Actor { get; private set; } = "";

    /// <summary>Kind of thing: "study", "round", "data set", "institution".</summary>
    public string Subject { get; private set; } = "";

    public Guid? SubjectId { get; private set; }

    public string Action { get; private set; } = "";

    /// <summary>Hash of the entry before this one; 64 zeros for the first.</summary>
    public string PreviousHash { get; private set; } = "";

    /// <summary>SHA-256 of this entry as the exported log writes it; empty until it is saved.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Makes this the next link. Only the storage calls it, while nobody else can write.</summary>
    public void Seal(long sequence, string previousHash)
    {
        Sequence = sequence;
        PreviousHash = previousHash;
        Hash = AuditLine.Of(Record).Hash;
    }

    /// <summary>The entry as a line of the exported log, with the hash that is stored: a verifier finds whether it fits.</summary>
    public AuditLine ToLine() => new() { Entry = Record, Hash = Hash };

    private EntryRecord Record => new()
    {
        Sequence = Sequence,
        PreviousHash = PreviousHash,
        At = AuditLine.TimeText(At),
        Actor = Actor,
        Subject = Subject,
        SubjectId = SubjectId,
        Action = Action,
    };
}
