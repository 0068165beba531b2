using FedPortal.Components;
using Microsoft.AspNetCore.Authorization;

namespace FedPortal.Identity;

/// <summary>A user whose one-time password is not replaced yet reaches nothing but the page that replaces it.</summary>
internal static class OneTimePasswordGate
{
    public static IApplicationBuilder UseOneTimePasswordGate(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        bool mustChange = context.User.HasClaim(claim => claim.Type == PortalClaims.MustChangePassword);
        bool isOpen = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null
            || context.Request.Path.Equals(Urls.ChangePassword, StringComparison.OrdinalIgnoreCase)
            || context.Request.Path.Equals(Urls.SignOut, StringComparison.OrdinalIgnoreCase);
        if (!mustChange || isOpen)
        {
            return next(context);
        }

        if (HttpMethods.IsGet(context.Request.Method) && !IdentityModule.IsForMachines(context.Request))
        {
            context.Response.Redirect(Urls.ChangePassword);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }

        return Task.CompletedTask;
    });
}
