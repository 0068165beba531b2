using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>An account of the portal.</summary>
public sealed class PortalUser : IdentityUser<Guid>
{
    /// <summary>The name shown on screen and in the audit log.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>The institutions a coordinator speaks for; empty for the other roles.</summary>
    public IReadOnlyList<Guid> InstitutionIds { get; set; } = [];

    /// <summary>True until the one-time password was replaced.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>True while an admin keeps the account shut; its sessions are ended then.</summary>
    public bool IsDisabled { get; set; }
}
