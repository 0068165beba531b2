using System.Collections.Frozen;

namespace FedPortal.Institutions;

public enum SiteEnrolmentState
{
    /// <summary>A token was made for the hospital and not yet used.</summary>
    Invited,

    /// <summary>The hospital's program sent its keys; the admin must compare the fingerprint.</summary>
    Requested,

    /// <summary>The admin compared and agreed; the program fetches its certificate.</summary>
    Confirmed,

    /// <summary>The certificate was used. Final: the token is worth nothing any more.</summary>
    Completed,

    /// <summary>The admin said no, or took the token back. Final.</summary>
    Declined,
}

/// <summary>One invitation of a hospital's own site program, from token to certificate. The token is kept as a hash only.</summary>
public sealed class SiteEnrolment
{
    private static readonly FrozenSet<(SiteEnrolmentState From, SiteEnrolmentState To)> Moves = new[]
    {
        (SiteEnrolmentState.Invited, SiteEnrolmentState.Requested),
        (SiteEnrolmentState.Invited, SiteEnrolmentState.Declined),
        (SiteEnrolmentState.Requested, SiteEnrolmentState.Confirmed),
        (SiteEnrolmentState.Requested, SiteEnrolmentState.Declined),
        (SiteEnrolmentState.Confirmed, SiteEnrolmentState.Completed),
        (SiteEnrolmentState.Confirmed, SiteEnrolmentState.Declined),
    }.ToFrozenSet();

    public SiteEnrolment(Guid institutionId, string secretHash, string createdBy, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        InstitutionId = institutionId;
        SecretHash = secretHash;
        CreatedBy = createdBy;
        CreatedAt = ChangedAt = now;
        ExpiresAt = expiresAt;
    }

    private SiteEnrolment()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid InstitutionId { get; private set; }

    /// <summary>SHA-256 of the token's secret.</summary>
    public string SecretHash { get; private set; } = "";

    public SiteEnrolmentState State { get; private set; } = SiteEnrolmentState.Invited;

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>PEM of the certificate signing request.</summary>
    public string? CertificateRequest { get; private set; }

    /// <summary>Base64 of the institution's card.</summary>
    public string? Card { get; private set; }

    /// <summary>Of connection key and card: what people compare.</summary>
    public string? Fingerprint { get; private set; }

    /// <summary>Version of the site program.</summary>
    public string? Program { get; private set; }

    public string? DecidedBy { get; private set; }

    public string? Reason { get; private set; }

    public bool IsFinal => State is SiteEnrolmentState.Completed or SiteEnrolmentState.Declined;

    public static bool CanMove(SiteEnrolmentState from, SiteEnrolmentState to) => Moves.Contains((from, to));

    public bool IsExpired(DateTimeOffset now) => !IsFinal && now >= ExpiresAt;

    public void Request(string certificateRequest, string card, string fingerprint, string? program, DateTimeOffset now)
    {
        MoveTo(SiteEnrolmentState.Requested, now);
        CertificateRequest = certificateRequest;
        Card = card;
        Fingerprint = fingerprint;
        Program = program;
    }

    /// <param name="pickUpUntil">How long the program may take to fetch its certificate.</param>
    public void Confirm(string actor, DateTimeOffset pickUpUntil, DateTimeOffset now)
    {
        MoveTo(SiteEnrolmentState.Confirmed, now);
        DecidedBy = actor;
        ExpiresAt = pickUpUntil;
    }

    public void Complete(DateTimeOffset now) => MoveTo(SiteEnrolmentState.Completed, now);

    public void Decline(string actor, string reason, DateTimeOffset now)
    {
        MoveTo(SiteEnrolmentState.Declined, now);
        DecidedBy = actor;
        Reason = reason;
    }

    private void MoveTo(SiteEnrolmentState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"The enrolment {Id} is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
    }
}
