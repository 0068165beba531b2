namespace FedPortal.Training.Protocol;

/// <param name="Certificate">The consortium's own certificate, PEM.</param>
/// <param name="Protocol">Version of the protocol that the portal speaks.</param>
/// <param name="Program">Version of the portal.</param>
public sealed record AuthorityMessage(string Certificate, int Protocol, string Program);

/// <summary>A site's wish to be enrolled. The same request may be sent again until the certificate was first used.</summary>
/// <param name="Secret">The secret half of the token.</param>
/// <param name="CertificateRequest">PKCS #10, PEM, of the key made at the site.</param>
/// <param name="Card">Public signing and agreement keys of the institution, base64 of <c>InstitutionCard</c>'s bytes.</param>
public sealed record EnrolmentRequest(string Secret, string CertificateRequest, string Card);

/// <summary>Where an enrolment stands, for its site.</summary>
public enum EnrolmentStage
{
    /// <summary>The admin has not yet compared the fingerprint.</summary>
    Waiting,

    /// <summary>The certificate is here.</summary>
    Issued,

    /// <summary>The admin said no.</summary>
    Declined,
}

/// <param name="Fingerprint">Of the keys that the portal received: <see cref="EnrolmentFingerprint"/>.</param>
/// <param name="Certificate">PEM, once issued.</param>
/// <param name="Reason">Why it was declined.</param>
public sealed record EnrolmentAnswer(EnrolmentStage Stage, Guid InstitutionId, string InstitutionName, string Fingerprint, string? Certificate, string? Reason);

/// <param name="CertificateRequest">PKCS #10, PEM, of a fresh key.</param>
public sealed record RenewalRequest(string CertificateRequest);

/// <param name="Certificate">PEM.</param>
public sealed record CertificateMessage(string Certificate);

/// <summary>One assignment for the site: the token is for <see cref="SiteRoutes.Session"/>.</summary>
public sealed record WorkMessage(string Token, Guid AssignmentId, SiteWork Work, Guid StudyId, string StudyName, int Round);

/// <summary>How the portal sees the institution.</summary>
/// <param name="Status">"Active", "Suspended" or "Withdrawn".</param>
public sealed record StandingMessage(
    Guid InstitutionId, string Name, string ShortCode, string Status, DateTimeOffset CertificateExpiresAt, int Protocol, string Program, IReadOnlyList<StandingStudy> Studies)
{
    /// <summary>What the institution's people should know and act upon, in whole sentences: terms of use that ended or soon end.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}

/// <summary>A study that names the institution.</summary>
public sealed record StandingStudy(Guid Id, string Name, string State);

/// <summary>Images of a class on either side of the split.</summary>
public sealed record DatasetClass(string Class, int Train, int Holdout);

/// <summary>All that the portal learns of a data set that stays at a site: counts, quality and hashes; no image and no file name.</summary>
/// <param name="Id">Made at the site.</param>
/// <param name="ContentHash">SHA-256 over images, labels, patients and sides.</param>
/// <param name="QualityReportJson">Without thumbnails and names.</param>
/// <param name="SplitRecordJson">How training and hold-out were divided.</param>
public sealed record DatasetMessage(
    Guid Id, string Name, bool IsSynthetic, IReadOnlyList<DatasetClass> Classes, int RejectedCount, int Seed, string ContentHash, string QualityReportJson, string SplitRecordJson)
{
    /// <summary>Keyed tags of the images (<see cref="Datasets.DuplicateTags"/>), so that the same image at two institutions is noticed; null from programs that do not make them.</summary>
    public byte[]? DuplicateTags { get; init; }
}

/// <summary>The consortium's key for tags of images, sealed for the keys that the institution confirmed at its enrolment (<see cref="Encryption.SecureAggregation.Identity.SealedSecret"/>).</summary>
public sealed record DuplicateKeyMessage(byte[] Sealed)
{
    public const string Purpose = "duplicate tags";
}
