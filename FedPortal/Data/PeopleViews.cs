using FedPortal.Identity;

namespace FedPortal.Data;

/// <summary>One signed-in browser of a person.</summary>
/// <param name="EndReason">Null while it lives, and where it ended by itself.</param>
public sealed record SessionRow(
    Guid Id, SignInMethod Method, bool HasSecondFactor, string Browser, string Address, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, bool IsLive, string? EndReason);

/// <summary>An account on a list.</summary>
/// <param name="IsLocked">After too many wrong passwords, for some minutes.</param>
/// <param name="HasCodeApp">Signs in with a code of an authenticator app.</param>
public sealed record PersonRow(
    Guid Id, string Name, string Email, IReadOnlyList<string> Roles, IReadOnlyList<Guid> InstitutionIds, IReadOnlyList<string> Institutions,
    bool IsDisabled, bool IsLocked, bool MustChangePassword, bool HasCodeApp, int Passkeys, int LiveSessions, DateTimeOffset? LastSignInAt)
{
    public bool HasSecondFactor => HasCodeApp || Passkeys > 0;
}

/// <summary>An invitation on a list.</summary>
public sealed record InvitationRow(
    Guid Id, string Email, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Institutions, string InvitedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    InvitationState State);
