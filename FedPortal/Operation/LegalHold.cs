namespace FedPortal.Operation;

/// <summary>While a study is on hold, nothing of it is removed when its time is over.</summary>
public sealed class LegalHold
{
    public const int ReasonLength = 500;

    public LegalHold(Guid studyId, string reason, string setBy, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentException.ThrowIfNullOrWhiteSpace(setBy);
        (StudyId, Reason, SetBy, SetAt) = (studyId, reason.Trim(), setBy, now);
    }

    private LegalHold()
    {
        // For EF Core.
    }

    public Guid StudyId { get; private set; }

    public string Reason { get; private set; } = "";

    public string SetBy { get; private set; } = "";

    public DateTimeOffset SetAt { get; private set; }
}
