namespace FedPortal.Institutions;

/// <summary>A client certificate that the portal issued to a hospital's site program. Every request is checked against this record, so a revocation works at once.</summary>
public sealed class SiteCertificate
{
    /// <param name="thumbprint">SHA-256 of the certificate, lower-case hex.</param>
    public SiteCertificate(Guid institutionId, Guid enrolmentId, string thumbprint, string pem, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        InstitutionId = institutionId;
        EnrolmentId = enrolmentId;
        Thumbprint = thumbprint;
        Pem = pem;
        IssuedAt = now;
        ExpiresAt = expiresAt;
    }

    private SiteCertificate()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid InstitutionId { get; private set; }

    public Guid EnrolmentId { get; private set; }

    public string Thumbprint { get; private set; } = "";

    public string Pem { get; private set; } = "";

    public DateTimeOffset IssuedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public string? RevokedBy { get; private set; }

    public string? RevocationReason { get; private set; }

    public bool IsGood(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    /// <summary>Does nothing to one that is revoked already.</summary>
    public void Revoke(string actor, string reason, DateTimeOffset now)
    {
        if (RevokedAt is null)
        {
            RevokedAt = now;
            RevokedBy = actor;
            RevocationReason = reason;
        }
    }
}
