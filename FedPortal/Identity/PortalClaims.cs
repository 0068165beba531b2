using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>What the cookie says about a user beyond name and roles.</summary>
internal static class PortalClaims
{
    public const string DisplayName = "fedportal:display-name";
    public const string Institution = "fedportal:institution";
    public const string MustChangePassword = "fedportal:must-change-password";

    public static string NameOf(ClaimsPrincipal user) => user.FindFirstValue(DisplayName) ?? user.Identity?.Name ?? "";

    /// <returns>The institution the user speaks for, or null.</returns>
    public static Guid? InstitutionOf(ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(Institution), out Guid id) ? id : null;

    /// <summary>Admins see every institution's images; coordinators their own; auditors none.</summary>
    public static bool MaySeeImagesOf(ClaimsPrincipal user, Guid institution) =>
        user.IsInRole(Roles.Admin) || (user.IsInRole(Roles.Coordinator) && InstitutionOf(user) == institution);
}

internal sealed class PortalClaimsFactory(UserManager<PortalUser> users, RoleManager<IdentityRole<Guid>> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<PortalUser, IdentityRole<Guid>>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(PortalUser user)
    {
        ClaimsIdentity identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(PortalClaims.DisplayName, user.DisplayName.Length > 0 ? user.DisplayName : user.Email ?? ""));
        if (user.InstitutionId is { } institution)
        {
            identity.AddClaim(new Claim(PortalClaims.Institution, institution.ToString()));
        }

        if (user.MustChangePassword)
        {
            identity.AddClaim(new Claim(PortalClaims.MustChangePassword, "true"));
        }

        return identity;
    }
}
