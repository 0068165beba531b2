using System.Security.Claims;
using FedPortal.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>Refuses a cookie whose session was ended, at the request that brings it.</summary>
internal static class SessionCheck
{
    private static readonly string[] Carried = [PortalClaims.Session, "amr", ClaimTypes.AuthenticationMethod];

    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (IsStaticFile(context.Request.Path))
        {
            return;
        }

        SessionStore sessions = context.HttpContext.RequestServices.GetRequiredService<SessionStore>();
        if (context.Principal is not { } user || PortalClaims.SessionOf(user) is not { } session || !await sessions.SeeAsync(session, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
            return;
        }

        await SecurityStampValidator.ValidatePrincipalAsync(context);
    }

    /// <summary>What the cookie keeps when Identity makes it anew from the account.</summary>
    public static Task KeepSession(SecurityStampRefreshingPrincipalContext context)
    {
        if (context is { CurrentPrincipal: { } current, NewPrincipal.Identity: ClaimsIdentity renewed })
        {
            renewed.AddClaims(current.Claims.Where(claim => Carried.Contains(claim.Type, StringComparer.Ordinal)));
        }

        return Task.CompletedTask;
    }

    private static bool IsStaticFile(PathString path) => path.StartsWithSegments("/assets") || path.StartsWithSegments("/_content") || path.StartsWithSegments("/_framework");
}
