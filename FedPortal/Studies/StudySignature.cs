namespace FedPortal.Studies;

/// <summary>One institution's consent to a study's flight plan: its coordinator gave the password once more while looking at the plan's hash.</summary>
public sealed class StudySignature
{
    /// <param name="planHash">The hash that was on the screen.</param>
    /// <param name="isOnBehalf">True when an admin signed for a hosted institution.</param>
    public StudySignature(Guid studyId, Guid institutionId, string planHash, string signedBy, bool isOnBehalf, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(planHash);
        ArgumentException.ThrowIfNullOrWhiteSpace(signedBy);
        StudyId = studyId;
        InstitutionId = institutionId;
        PlanHash = planHash;
        SignedBy = signedBy;
        IsOnBehalf = isOnBehalf;
        SignedAt = now;
    }

    private StudySignature()
    {
        // For EF Core.
    }

    public Guid StudyId { get; private set; }

    public Guid InstitutionId { get; private set; }

    public string PlanHash { get; private set; } = "";

    /// <summary>Name of the person.</summary>
    public string SignedBy { get; private set; } = "";

    /// <summary>Not by the institution's own coordinator; every page that shows the signature says so.</summary>
    public bool IsOnBehalf { get; private set; }

    public DateTimeOffset SignedAt { get; private set; }
}
