namespace FedPortal.Identity;

public enum InvitationState
{
    Open,
    Accepted,
    Withdrawn,
    Expired,
}

/// <summary>The offer of an account. Whoever holds its token, which is not stored, may take it once and in time.</summary>
public sealed class Invitation
{
    public Invitation(
        string email, string displayName, IReadOnlyList<string> roles, IReadOnlyList<Guid> institutionIds, string tokenHash, string invitedBy, DateTimeOffset now, TimeSpan lifetime)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(email);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        if (Identity.Roles.Problem(roles, institutionIds) is { } problem)
        {
            throw new ArgumentException(problem, nameof(roles));
        }

        Id = Guid.CreateVersion7(now);
        Email = email.Trim();
        DisplayName = displayName.Trim();
        Roles = roles;
        InstitutionIds = institutionIds;
        TokenHash = tokenHash;
        InvitedBy = invitedBy;
        CreatedAt = now;
        ExpiresAt = now + lifetime;
    }

    private Invitation()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public string Email { get; private set; } = "";

    public string DisplayName { get; private set; } = "";

    public IReadOnlyList<string> Roles { get; private set; } = [];

    public IReadOnlyList<Guid> InstitutionIds { get; private set; } = [];

    /// <summary>SHA-256 of the token in the link.</summary>
    public string TokenHash { get; private set; } = "";

    public string InvitedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When it was accepted or withdrawn. A concurrency token: of two who use one link at once, one loses.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>The account that was made from it.</summary>
    public Guid? UserId { get; private set; }

    public InvitationState StateAt(DateTimeOffset now) => (UserId, ClosedAt) switch
    {
        ({ }, _) => InvitationState.Accepted,
        (_, { }) => InvitationState.Withdrawn,
        _ => now < ExpiresAt ? InvitationState.Open : InvitationState.Expired,
    };

    public void Accept(Guid userId, DateTimeOffset now)
    {
        RequireOpen(now);
        (UserId, ClosedAt) = (userId, now);
    }

    public void Withdraw(DateTimeOffset now)
    {
        if (ClosedAt is not null)
        {
            throw new InvalidOperationException($"The invitation is already {StateAt(now)}.");
        }

        ClosedAt = now;
    }

    private void RequireOpen(DateTimeOffset now)
    {
        if (StateAt(now) is not InvitationState.Open and var state)
        {
            throw new InvalidOperationException($"The invitation is {state}.");
        }
    }
}
