namespace FedPortal.Data;

/// <summary>A request of the API that made something and named itself, so that its repetition makes nothing more.</summary>
public sealed class IdempotentRequest
{
    public const int KeyLength = 100;

    public IdempotentRequest(Guid userId, string key, string requestHash, DateTimeOffset now)
    {
        UserId = userId;
        Key = key;
        RequestHash = requestHash;
        CreatedAt = now;
    }

    private IdempotentRequest()
    {
        // For EF Core.
    }

    public Guid UserId { get; private set; }

    /// <summary>As the caller chose it; one person's keys do not meet another's.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Of method, address and body.</summary>
    public string RequestHash { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Null while it is being worked on, or where that was cut off.</summary>
    public int? Status { get; private set; }

    public string? Location { get; private set; }

    /// <summary>The answer, encrypted: it may hold what is shown once.</summary>
    public string? SealedAnswer { get; private set; }

    public void Answer(int status, string? location, string sealedAnswer) => (Status, Location, SealedAnswer) = (status, location, sealedAnswer);
}
