using System.Security.Claims;
using FedPortal.Data;
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

    /// <returns>What the user may see: all for admins and auditors, the own institution for coordinators, the consortium alone for others.</returns>
    public static Viewer ViewerOf(ClaimsPrincipal user) =>
        user.IsInRole(Roles.Admin) || user.IsInRole(Roles.Auditor) ? Viewer.Everything
        : new Viewer(false, user.IsInRole(Roles.Coordinator) ? InstitutionOf(user) : null);

    /// <summary>Synthetic images may be seen by all; real ones only by admins and by the institution's own coordinators.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="institution">The owner, or null for the consortium.</param>
    /// <param name="isSynthetic">Whether the images were drawn.</param>
    public static bool MaySeeImagesOf(ClaimsPrincipal user, Guid? institution, bool isSynthetic) =>
        isSynthetic || user.IsInRole(Roles.Admin) || IsCoordinatorOf(user, institution);

    /// <summary>Admins bring data sets for every institution and for the consortium; coordinators for their own.</summary>
    public static bool MayBringDataFor(ClaimsPrincipal user, Guid? institution) => user.IsInRole(Roles.Admin) || IsCoordinatorOf(user, institution);

    /// <summary>Only an institution's own coordinators sign for it.</summary>
    public static bool MaySignFor(ClaimsPrincipal user, Guid institution) => IsCoordinatorOf(user, institution);

    private static bool IsCoordinatorOf(ClaimsPrincipal user, Guid? institution) =>
        institution is not null && user.IsInRole(Roles.Coordinator) && InstitutionOf(user) == institution;
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
