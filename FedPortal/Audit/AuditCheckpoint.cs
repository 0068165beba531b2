using System.Security.Cryptography;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Signing;

namespace FedPortal.Audit;

/// <summary>The portal's signature on the audit log up to an entry.</summary>
public sealed class AuditCheckpoint
{
    private AuditCheckpoint()
    {
        // For EF Core.
    }

    /// <summary>Of the entry that is signed.</summary>
    public long Sequence { get; private set; }

    public string EntryHash { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    /// <summary>The portal's public key, base64 of its SubjectPublicKeyInfo.</summary>
    public string Key { get; private set; } = "";

    public string Hash { get; private set; } = "";

    public string Signature { get; private set; } = "";

    public static AuditCheckpoint Sign(long sequence, string entryHash, DateTimeOffset at, ECDsa key)
    {
        var checkpoint = new AuditCheckpoint { Sequence = sequence, EntryHash = entryHash, At = at, Key = SignedText.PublicKeyText(key) };
        AuditLine line = AuditLine.Sign(checkpoint.Record, key);
        (checkpoint.Hash, checkpoint.Signature) = (line.Hash, line.Signature!);
        return checkpoint;
    }

    /// <summary>The checkpoint as a line of the exported log.</summary>
    public AuditLine ToLine() => new() { Checkpoint = Record, Hash = Hash, Signature = Signature };

    private CheckpointRecord Record => new() { Sequence = Sequence, EntryHash = EntryHash, At = AuditLine.TimeText(At), Key = Key };
}
