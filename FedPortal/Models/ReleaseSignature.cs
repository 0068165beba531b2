namespace FedPortal.Models;

/// <summary>In which office a person signs. A release needs one of each, and two people.</summary>
public enum SignerRole
{
    Admin,
    Auditor,
}

/// <param name="UserId">Who.</param>
/// <param name="Name">As shown.</param>
/// <param name="Role">In which office.</param>
public sealed record Signer(Guid UserId, string Name, SignerRole Role);

/// <summary>A person's consent to give a model out, bound to the evidence that was on the screen.</summary>
public sealed class ReleaseSignature
{
    internal ReleaseSignature(Guid releaseId, Signer signer, string evidenceDigest, string? reason, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        ReleaseId = releaseId;
        UserId = signer.UserId;
        UserName = signer.Name;
        Role = signer.Role;
        EvidenceDigest = evidenceDigest;
        Reason = reason;
        SignedAt = now;
    }

    private ReleaseSignature()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid ReleaseId { get; private set; }

    public Guid UserId { get; private set; }

    public string UserName { get; private set; } = "";

    public SignerRole Role { get; private set; }

    /// <summary>What was signed: <see cref="ReleaseEvidence.Digest"/>. With other evidence the signature does not count.</summary>
    public string EvidenceDigest { get; private set; } = "";

    /// <summary>Why the model may go out although an attack exceeds its claim; null where none does.</summary>
    public string? Reason { get; private set; }

    public DateTimeOffset SignedAt { get; private set; }
}
