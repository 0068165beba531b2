using FedPortal.Components;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>What a browser asks for before it makes or uses a passkey. The answer of the passkey itself is posted with the page's form.</summary>
internal static class PasskeyEndpoints
{
    public static void MapPasskeys(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Urls.PasskeyCreation, async Task<Results<ContentHttpResult, BadRequest, UnauthorizedHttpResult>> (
            HttpContext context, SignInManager<PortalUser> signIn, IAntiforgery antiforgery) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
            {
                return TypedResults.BadRequest();
            }

            return await signIn.UserManager.GetUserAsync(context.User) is not { } user
                ? TypedResults.Unauthorized()
                : TypedResults.Content(await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
                {
                    Id = user.Id.ToString(),
                    Name = user.Email ?? "",
                    DisplayName = user.DisplayName,
                }), "application/json");
        });

        // No user is named: the browser offers the passkeys it has for this portal, and nobody learns which addresses have one.
        endpoints.MapPost(Urls.PasskeyRequest, async Task<Results<ContentHttpResult, BadRequest>> (
            HttpContext context, SignInManager<PortalUser> signIn, IAntiforgery antiforgery) =>
            !await antiforgery.IsRequestValidAsync(context)
                ? TypedResults.BadRequest()
                : TypedResults.Content(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json")).AllowAnonymous();
    }
}
