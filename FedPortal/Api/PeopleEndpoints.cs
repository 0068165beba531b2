using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Who is to be invited.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record InvitePerson : IApiRequest
{
    public required string Email { get; init; }

    public required string Name { get; init; }

    /// <summary>Admin, Coordinator, Auditor.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>For coordinators only.</summary>
    public IReadOnlyList<Guid> InstitutionIds { get; init; } = [];
}

/// <summary>An invitation that was made.</summary>
/// <param name="Secret">Opens the account, once. It is not stored and cannot be shown again.</param>
/// <param name="Address">Page at which the secret is entered; put it behind '#' to make a link of it.</param>
internal sealed record InvitationMade(string Secret, string Address);

/// <summary>What a person may do from now on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeRights : IApiRequest
{
    public required IReadOnlyList<string> Roles { get; init; }

    public IReadOnlyList<Guid> InstitutionIds { get; init; } = [];
}

/// <summary>Accounts, invitations, and other people's access tokens.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeopleApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder read = endpoints.MapApi("People", Policies.SeePeople);
        read.MapGet("/people", ListAsync).Named("listPeople", "List the accounts by name.");
        read.MapGet("/people/{id:guid}", async (Guid id, ClaimsPrincipal user, PeopleStore store, CancellationToken ct) => TypedResults.Ok(await FindAsync(id, user, store, ct)))
            .Named("getPerson", "Read one account.");
        read.MapGet("/people/{id:guid}/tokens", TokensAsync).Named("listTokensOfPerson", "List a person's access tokens, live ones first.");
        read.MapGet("/people/{id:guid}/sessions", async (Guid id, ClaimsPrincipal user, PeopleStore people, SessionStore sessions, CancellationToken ct) =>
        {
            await FindAsync(id, user, people, ct);
            return TypedResults.Ok(await sessions.ListAsync(id, ct));
        }).Named("listSessionsOfPerson", "List a person's sessions, live ones first.");
        read.MapGet("/invitations", InvitationsAsync).Named("listInvitations", "List invitations, newest first.");

        RouteGroupBuilder change = endpoints.MapApi("People", Policies.ManagePeople);
        change.MapPost("/invitations", InviteAsync).Makes().Named("invitePerson", "Offer somebody an account.");
        change.MapDelete("/invitations/{id:guid}", WithdrawAsync).Named("withdrawInvitation", "Withdraw an open invitation.");
        change.MapPut("/people/{id:guid}/rights", RightsAsync).Named("changeRights", "Change a person's roles and institutions; the person's sessions end.");
        change.MapPost("/people/{id:guid}/disable", (Guid id, ClaimsPrincipal user, PeopleDesk desk, PeopleStore store, CancellationToken ct) => ActAsync(id, user, desk.DisableAsync, store, ct))
            .Named("disablePerson", "Shut an account: its sessions and access tokens end at once.");
        change.MapPost("/people/{id:guid}/enable", (Guid id, ClaimsPrincipal user, PeopleDesk desk, PeopleStore store, CancellationToken ct) => ActAsync(id, user, desk.EnableAsync, store, ct))
            .Named("enablePerson", "Open a shut or locked account again.");
        change.MapDelete("/people/{id:guid}/sessions/{session:guid}", EndSessionAsync).Named("endSessionOfPerson", "End one of a person's sessions.");
        change.MapDelete("/people/{id:guid}/tokens/{token:guid}", RevokeAsync).Named("revokeTokenOfPerson", "Revoke a person's access token.");
    }

    private static async Task<Ok<PersonRow[]>> ListAsync(string? role, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, PeopleStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, [.. (await store.ListAsync(user.Viewer(), ct)).Where(row => role is null || row.Roles.Contains(role, StringComparer.OrdinalIgnoreCase))], row => row.Id.ToString()));

    private static async Task<Ok<IReadOnlyList<AccessTokenRow>>> TokensAsync(Guid id, ClaimsPrincipal user, PeopleStore people, AccessTokenStore tokens, CancellationToken ct)
    {
        await FindAsync(id, user, people, ct);
        return TypedResults.Ok(await tokens.ListAsync(id, ct));
    }

    private static async Task<Ok<InvitationRow[]>> InvitationsAsync([AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, PeopleStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, await store.InvitationsAsync(user.Viewer(), ct), row => row.Id.ToString()));

    private static async Task<Created<InvitationMade>> InviteAsync(InvitePerson body, ClaimsPrincipal user, PeopleDesk desk, CancellationToken ct)
    {
        (string? token, string? problem) = await desk.InviteAsync(new InvitationOffer(body.Email, body.Name, body.Roles, body.InstitutionIds), user, ct);
        return token is null ? throw ApiRefusal.Unfit(problem!) : TypedResults.Created($"{UserEndpoints.Root}/invitations", new InvitationMade(token, Urls.AcceptInvitation));
    }

    private static async Task<NoContent> WithdrawAsync(Guid id, ClaimsPrincipal user, PeopleDesk desk, PeopleStore store, CancellationToken ct)
    {
        (await store.InvitationsAsync(user.Viewer(), ct)).FirstOrDefault(row => row.Id == id).OrMissing();
        return await desk.WithdrawAsync(id, user, ct) ? TypedResults.NoContent() : throw ApiRefusal.Conflict("The invitation was used or withdrawn already.");
    }

    private static Task<Ok<PersonRow>> RightsAsync(Guid id, ChangeRights body, ClaimsPrincipal user, PeopleDesk desk, PeopleStore store, CancellationToken ct) =>
        ActAsync(id, user, (person, actor, cancel) => desk.ChangeRightsAsync(person, body.Roles, body.InstitutionIds, actor, cancel), store, ct);

    private static async Task<Ok<PersonRow>> ActAsync(
        Guid id, ClaimsPrincipal user, Func<Guid, ClaimsPrincipal, CancellationToken, Task<string?>> act, PeopleStore store, CancellationToken ct)
    {
        await FindAsync(id, user, store, ct);
        ApiRefusal.ThrowFor(await act(id, user, ct));
        return TypedResults.Ok(await FindAsync(id, user, store, ct));
    }

    private static async Task<NoContent> EndSessionAsync(Guid id, Guid session, ClaimsPrincipal user, PeopleDesk desk, SessionStore sessions, CancellationToken ct)
    {
        if (!(await sessions.ListAsync(id, ct)).Any(row => row.Id == session && row.IsLive))
        {
            throw ApiRefusal.Missing("The person has no such live session.");
        }

        await desk.EndSessionAsync(id, session, user, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RevokeAsync(Guid id, Guid token, ClaimsPrincipal user, PeopleDesk desk, CancellationToken ct) =>
        await desk.RevokeTokenAsync(id, token, user, ct) ? TypedResults.NoContent() : throw ApiRefusal.Missing("The person has no such live token.");

    private static async Task<PersonRow> FindAsync(Guid id, ClaimsPrincipal user, PeopleStore store, CancellationToken ct) => (await store.FindAsync(user.Viewer(), id, ct)).OrMissing();
}
