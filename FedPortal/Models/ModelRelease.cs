using System.Collections.Frozen;

namespace FedPortal.Models;

/// <summary>Whether a model version is given out.</summary>
public enum ReleaseState
{
    /// <summary>Somebody began to sign; it is not given out.</summary>
    Candidate,

    /// <summary>Given out.</summary>
    Released,

    /// <summary>Given out once and taken back. It can be signed anew.</summary>
    Withdrawn,
}

/// <summary>The release of one model version: who signed what, and whether it is given out.</summary>
public sealed class ModelRelease
{
    private static readonly FrozenSet<(ReleaseState From, ReleaseState To)> Moves = new[]
    {
        (ReleaseState.Candidate, ReleaseState.Released),
        (ReleaseState.Released, ReleaseState.Withdrawn),
        (ReleaseState.Withdrawn, ReleaseState.Candidate),
    }.ToFrozenSet();

    private readonly List<ReleaseSignature> _signatures = [];

    public ModelRelease(Guid studyId, int version, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        Version = version;
        ChangedAt = now;
    }

    private ModelRelease()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    public int Version { get; private set; }

    public ReleaseState State { get; private set; } = ReleaseState.Candidate;

    public DateTimeOffset? ReleasedAt { get; private set; }

    /// <summary>Why it was taken back.</summary>
    public string? WithdrawalReason { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Raised with every change, so that of two writers one loses.</summary>
    public int Revision { get; private set; }

    public IReadOnlyList<ReleaseSignature> Signatures => _signatures;

    public static bool CanMove(ReleaseState from, ReleaseState to) => Moves.Contains((from, to));

    /// <summary>Signs the evidence as it is now, and gives the model out when that was the last thing missing.</summary>
    /// <returns>True when the model is released by it.</returns>
    /// <exception cref="InvalidOperationException">The gate does not take this signature; the message says why.</exception>
    public bool Sign(ReleaseEvidence evidence, Signer signer, string? reason, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(signer);
        if (ReleaseGate.Refusal(evidence, this, signer, reason) is { } refusal)
        {
            throw new InvalidOperationException(refusal);
        }

        if (State == ReleaseState.Withdrawn)
        {
            MoveTo(ReleaseState.Candidate, now);
        }

        // An older signature of the same role was for other evidence: this one takes its place.
        _signatures.RemoveAll(signature => signature.Role == signer.Role);
        _signatures.Add(new ReleaseSignature(Id, signer, evidence.Digest, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), now));
        ChangedAt = now;
        Revision++;
        if (!ReleaseGate.IsOpen(evidence, this))
        {
            return false;
        }

        MoveTo(ReleaseState.Released, now);
        ReleasedAt = now;
        WithdrawalReason = null;
        return true;
    }

    /// <summary>Takes the model back. Its signatures end: another release needs new ones.</summary>
    public void Withdraw(string reason, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        MoveTo(ReleaseState.Withdrawn, now);
        WithdrawalReason = reason.Trim();
        _signatures.Clear();
    }

    private void MoveTo(ReleaseState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"The release of model version {Version} is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
        Revision++;
    }
}
