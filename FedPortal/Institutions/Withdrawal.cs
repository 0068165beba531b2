namespace FedPortal.Institutions;

/// <summary>The signed record of an institution's leaving. The record says what the institution left behind; it is never changed.</summary>
public sealed class Withdrawal
{
    /// <param name="recordJson">The signed document as it is downloaded.</param>
    public Withdrawal(Guid institutionId, string recordJson, DateTimeOffset now)
    {
        InstitutionId = institutionId;
        RecordJson = recordJson;
        At = now;
    }

    private Withdrawal()
    {
        // For EF Core.
    }

    public Guid InstitutionId { get; private set; }

    public string RecordJson { get; private set; } = "";

    public DateTimeOffset At { get; private set; }
}
