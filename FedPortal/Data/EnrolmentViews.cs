using FedPortal.Institutions;

namespace FedPortal.Data;

/// <summary>The institution behind a client certificate, as the database has it at this moment.</summary>
public sealed record EnrolledSite(
    Guid InstitutionId, string Name, string ShortCode, InstitutionStatus Status, string? SuspensionReason, Guid EnrolmentId, Guid CertificateId, bool IsFirstUse, DateTimeOffset ExpiresAt);

/// <summary>An enrolment on an institution's page.</summary>
public sealed record EnrolmentRow(
    Guid Id, Guid InstitutionId, SiteEnrolmentState State, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset ChangedAt,
    string? Fingerprint, string? Program, string? DecidedBy, string? Reason);

/// <summary>A certificate on an institution's page.</summary>
public sealed record CertificateRow(
    Guid Id, string Thumbprint, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, string? RevokedBy, string? RevocationReason);

/// <summary>How an institution's own site program is tied to the portal.</summary>
/// <param name="Enrolments">Newest first.</param>
/// <param name="Certificates">Newest first.</param>
/// <param name="LastSeenAt">Null when it was never heard of.</param>
/// <param name="Refusal">What it was last refused; null when its latest request was answered.</param>
public sealed record EnrolmentView(
    IReadOnlyList<EnrolmentRow> Enrolments, IReadOnlyList<CertificateRow> Certificates, DateTimeOffset? LastSeenAt, string? Program, string? Refusal)
{
    /// <summary>The one that is going on, or else the one whose keys are trusted.</summary>
    public EnrolmentRow? Current => Enrolments.FirstOrDefault(e => e.State is SiteEnrolmentState.Invited or SiteEnrolmentState.Requested or SiteEnrolmentState.Confirmed)
        ?? Enrolments.FirstOrDefault(e => e.State == SiteEnrolmentState.Completed);
}
