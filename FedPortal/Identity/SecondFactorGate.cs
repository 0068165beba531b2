using System.Security.Claims;
using FedPortal.Components;
using FedPortal.Data;
using Microsoft.AspNetCore.Authorization;

namespace FedPortal.Identity;

/// <summary>Where the consortium demands it, an admin who signed in without a second factor reaches nothing but the own account, where one can be set up.</summary>
internal sealed class SecondFactorGate(PeopleStore people, SessionStore sessions)
{
    public async Task<bool> IsClosedForAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        user.IsInRole(Roles.Admin)
        && await people.SecondFactorIsRequiredOfAdminsAsync(cancellationToken)
        && !user.HasClaim(claim => claim.Type == PortalClaims.TokenHasSecondFactor)
        && !(PortalClaims.SessionOf(user) is { } session && await sessions.HasSecondFactorAsync(session, cancellationToken));

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        bool isOpen = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null || context.Request.Path.StartsWithSegments(Urls.Account);
        if (isOpen || !await IsClosedForAsync(context.User, context.RequestAborted))
        {
            await next(context);
        }
        else if (HttpMethods.IsGet(context.Request.Method) && !IdentityModule.IsForMachines(context.Request))
        {
            context.Response.Redirect(Urls.Account);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
    }
}
