namespace FedPortal.Identity;

/// <summary>How somebody proved who they are.</summary>
public enum SignInMethod
{
    Password,
    PasswordAndCode,
    PasswordAndRecoveryCode,
    Passkey,
    OrganisationAccount,
}

/// <summary>One signed-in browser. Its cookie names it; a cookie whose session has ended is refused.</summary>
public sealed class UserSession
{
    public const int BrowserLength = 80;

    public UserSession(Guid userId, SignInMethod method, bool hasSecondFactor, string browser, string address, DateTimeOffset now)
    {
        Id = Guid.NewGuid();
        UserId = userId;
        Method = method;
        HasSecondFactor = hasSecondFactor;
        Browser = browser.Length > BrowserLength ? browser[..BrowserLength] : browser;
        Address = address;
        CreatedAt = LastSeenAt = now;
    }

    private UserSession()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public SignInMethod Method { get; private set; }

    /// <summary>True when a code, a passkey or the organisation's own second factor was used.</summary>
    public bool HasSecondFactor { get; private set; }

    /// <summary>For example "Firefox on Linux".</summary>
    public string Browser { get; private set; } = "";

    public string Address { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset LastSeenAt { get; private set; }

    /// <summary>When its owner last showed to be there, by a passkey or at the organisation, for an act that asks for it; null once that was used.</summary>
    public DateTimeOffset? ConfirmedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Why it ended, in words for people.</summary>
    public string? EndReason { get; private set; }

    public bool IsLive(DateTimeOffset now, TimeSpan idleLimit, TimeSpan wholeLimit) =>
        EndedAt is null && now - LastSeenAt < idleLimit && now - CreatedAt < wholeLimit;

    public void End(string reason, DateTimeOffset now)
    {
        if (EndedAt is null)
        {
            (EndedAt, EndReason) = (now, reason);
        }
    }
}
