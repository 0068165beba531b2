using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>An account of the portal.</summary>
public sealed class PortalUser : IdentityUser<Guid>
{
    /// <summary>The name shown on screen and in the audit log.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>The institution a coordinator speaks for, or null.</summary>
    public Guid? InstitutionId { get; set; }

    /// <summary>True until the one-time password was replaced.</summary>
    public bool MustChangePassword { get; set; }
}
