using System.Security.Claims;
using FedPortal.Audit;
using FedPortal.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>What the cookie says about a user beyond name and roles.</summary>
internal static class PortalClaims
{
    public const string DisplayName = "fedportal:display-name";
    public const string Institution = "fedportal:institution";
    public const string Session = "fedportal:session";
    public const string MustChangePassword = "fedportal:must-change-password";
    public const string Token = "fedportal:token";
    public const string TokenName = "fedportal:token-name";
    public const string TokenScope = "fedportal:token-scope";
    public const string TokenHasSecondFactor = "fedportal:token-second-factor";

    private const int LeastOfToken = 20;

    /// <summary>Who did it, for the audit log and for whatever else keeps that: the person, and for a program also the access token it came with, by its name.</summary>
    /// <returns>At most <see cref="AuditEntry.ActorLength"/> characters.</returns>
    public static string NameOf(ClaimsPrincipal user)
    {
        string person = PersonOf(user);
        return user.FindFirstValue(TokenName) is { } token ? ByToken(person, token) : person;
    }

    /// <summary>The person's name alone.</summary>
    public static string PersonOf(ClaimsPrincipal user) => user.FindFirstValue(DisplayName) ?? user.Identity?.Name ?? "";

    public static Guid IdOf(ClaimsPrincipal user) => Guid.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!);

    /// <returns>The institutions the user speaks for: none unless a coordinator.</returns>
    public static IReadOnlyList<Guid> InstitutionsOf(ClaimsPrincipal user) => user.IsInRole(Roles.Coordinator)
        ? [.. user.FindAll(Institution).Select(claim => Guid.Parse(claim.Value))]
        : [];

    /// <returns>What the user may see: all for admins and auditors, the own institutions for coordinators, the consortium alone for others.</returns>
    public static Viewer ViewerOf(ClaimsPrincipal user) =>
        user.IsInRole(Roles.Admin) || user.IsInRole(Roles.Auditor) ? Viewer.Everything : Viewer.Of(InstitutionsOf(user));

    /// <returns>The session the cookie names, or null.</returns>
    public static Guid? SessionOf(ClaimsPrincipal user) => Guid.TryParse(user.FindFirstValue(Session), out Guid id) ? id : null;

    /// <summary>Synthetic images may be seen by all; real ones only by admins and by the institution's own coordinators.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="institution">The owner, or null for the consortium.</param>
    /// <param name="isSynthetic">Whether the images were drawn.</param>
    public static bool MaySeeImagesOf(ClaimsPrincipal user, Guid? institution, bool isSynthetic) =>
        isSynthetic || user.IsInRole(Roles.Admin) || IsCoordinatorOf(user, institution);

    /// <summary>Admins bring data sets for every institution and for the consortium; coordinators for their own.</summary>
    public static bool MayBringDataFor(ClaimsPrincipal user, Guid? institution) => user.IsInRole(Roles.Admin) || IsCoordinatorOf(user, institution);

    /// <summary>Released models answer own pictures of admins and of coordinators of the study's institutions. Auditors look on: they bring no pictures.</summary>
    public static bool MayAskWithOwnPictures(ClaimsPrincipal user, IReadOnlyList<Guid> institutions) =>
        user.IsInRole(Roles.Admin) || InstitutionsOf(user).Any(institutions.Contains);

    /// <summary>Only an institution's own coordinators sign for it.</summary>
    public static bool MaySignFor(ClaimsPrincipal user, Guid institution) => IsCoordinatorOf(user, institution);

    // Where both do not fit, the token's name is shortened first: who it was matters more.
    private static string ByToken(string person, string token)
    {
        int room = AuditEntry.ActorLength - " (token '')".Length;
        string shown = Cut(token, Math.Max(LeastOfToken, room - person.Length));
        return $"{Cut(person, room - shown.Length)} (token '{shown}')";
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static bool IsCoordinatorOf(ClaimsPrincipal user, Guid? institution) =>
        institution is { } id && InstitutionsOf(user).Contains(id);
}

internal sealed class PortalClaimsFactory(UserManager<PortalUser> users, RoleManager<IdentityRole<Guid>> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<PortalUser, IdentityRole<Guid>>(users, roles, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(PortalUser user)
    {
        ClaimsIdentity identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(PortalClaims.DisplayName, user.DisplayName.Length > 0 ? user.DisplayName : user.Email ?? ""));
        identity.AddClaims(user.InstitutionIds.Select(institution => new Claim(PortalClaims.Institution, institution.ToString())));

        if (user.MustChangePassword)
        {
            identity.AddClaim(new Claim(PortalClaims.MustChangePassword, "true"));
        }

        return identity;
    }
}
