namespace FedPortal.Identity;

/// <summary>The time step of the last code of an authenticator app that was accepted for an account. Steps only grow.</summary>
public sealed class AcceptedCode
{
    public AcceptedCode(Guid userId, long step) => (UserId, Step) = (userId, step);

    private AcceptedCode()
    {
        // For EF Core.
    }

    public Guid UserId { get; private set; }

    /// <summary>Seconds since 1970, divided by 30.</summary>
    public long Step { get; private set; }
}
