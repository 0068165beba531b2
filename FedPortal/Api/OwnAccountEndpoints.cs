using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Who the caller is.</summary>
/// <param name="Token">The access token in use; null for a browser.</param>
/// <param name="MayWrite">False for a token that may only read.</param>
internal sealed record OwnAccountView(Guid Id, string Name, string? Email, IReadOnlyList<string> Roles, IReadOnlyList<Guid> InstitutionIds, Guid? Token, bool MayWrite);

/// <summary>The own account and its access tokens. New tokens are made on the page, with the password.</summary>
internal static class OwnAccountEndpoints
{
    public static void MapOwnAccountApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Account");
        api.MapGet("/me", Me).Named("getMe", "Tell who the caller is, with the roles and institutions of this moment.");
        api.MapGet("/me/tokens", async (ClaimsPrincipal user, AccessTokenStore tokens, CancellationToken ct) => TypedResults.Ok(await tokens.ListAsync(user.UserId(), ct)))
            .Named("listMyTokens", "List the own access tokens, live ones first.");
        api.MapGet("/me/sessions", async (ClaimsPrincipal user, SessionStore sessions, CancellationToken ct) => TypedResults.Ok(await sessions.ListAsync(user.UserId(), ct)))
            .Named("listMySessions", "List the own sessions in browsers, live ones first.");
        api.MapDelete("/me/sessions/{id:guid}", async (Guid id, ClaimsPrincipal user, SessionStore sessions, CancellationToken ct) =>
            await sessions.EndAsync(user.UserId(), id, "ended by a program of its owner.", user.Actor(), ct) ? TypedResults.NoContent() : throw ApiRefusal.Missing("You have no such live session."))
            .Named("endMySession", "End one of the own sessions in browsers.");
        api.MapDelete("/me/tokens/{id:guid}", RevokeAsync).Named("revokeMyToken", "Revoke one of the own access tokens; it may be the one in use.");
    }

    private static Ok<OwnAccountView> Me(ClaimsPrincipal user) => TypedResults.Ok(new OwnAccountView(
        user.UserId(), PortalClaims.PersonOf(user), user.FindFirstValue(ClaimTypes.Email), [.. user.FindAll(ClaimTypes.Role).Select(role => role.Value)], PortalClaims.InstitutionsOf(user),
        AccessTokenScheme.TokenOf(user), !AccessTokenScheme.IsReadOnly(user)));

    private static async Task<NoContent> RevokeAsync(Guid id, ClaimsPrincipal user, AccessTokenStore tokens, CancellationToken ct) =>
        await tokens.RevokeAsync(user.UserId(), id, "its owner revoked it.", user.Actor(), ct) ? TypedResults.NoContent() : throw ApiRefusal.Missing("You have no such live token.");
}
