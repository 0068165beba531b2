using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Institutions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>How an application is approved.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ApproveApplication : IApiRequest
{
    /// <summary>2 to 12 of a-z, 0-9 and '-', beginning with a letter. It cannot be changed later.</summary>
    public required string ShortCode { get; init; }

    /// <summary>True when the portal runs its site program and holds its images.</summary>
    public bool IsHosted { get; init; }
}

/// <summary>Something that is done for a reason.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReasonRequest : IApiRequest
{
    /// <summary>For those it concerns and for the audit log.</summary>
    public required string Reason { get; init; }
}

/// <summary>Hospitals that want to join.</summary>
internal static class ApplicationEndpoints
{
    public static void MapApplicationApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder read = endpoints.MapApi("Applications", Policies.SeePeople);
        read.MapGet("/applications", ListAsync).Named("listApplications", "List applications to join, newest first.");
        read.MapGet("/applications/{id:guid}", async (Guid id, HttpContext http, ClaimsPrincipal user, ApplicationStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(id, user, store, ct)))).Named("getApplication", "Read one application to join.");

        RouteGroupBuilder decide = endpoints.MapApi("Applications", Policies.RunStudies);
        decide.MapPost("/applications/{id:guid}/approve", ApproveAsync).MovesAndMakes().Named("approveApplication", "Approve an application: the institution is admitted.");
        decide.MapPost("/applications/{id:guid}/decline", DeclineAsync).Moves().Named("declineApplication", "Decline an application.");
    }

    private static async Task<Ok<ApplicationRow[]>> ListAsync(
        ApplicationState? state, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, ApplicationStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, [.. (await store.ListAsync(user.Viewer(), ct)).Where(row => state is null || row.State == state)], row => row.Id.ToString()));

    private static async Task<Created<ApiMade>> ApproveAsync(Guid id, ApproveApplication body, HttpContext http, ClaimsPrincipal user, ApplicationStore store, CancellationToken ct)
    {
        http.RequireMatch(await FindAsync(id, user, store, ct));
        (Guid? institution, string? problem) = await store.ApproveAsync(id, body.ShortCode.Trim(), body.IsHosted, user.Actor(), ct);
        return institution is { } made ? TypedResults.Created($"{UserEndpoints.Root}/institutions/{made}", new ApiMade(made)) : throw ApiRefusal.Conflict(problem!);
    }

    private static async Task<Ok<ApplicationRow>> DeclineAsync(Guid id, ReasonRequest body, HttpContext http, ClaimsPrincipal user, ApplicationStore store, CancellationToken ct)
    {
        http.RequireMatch(await FindAsync(id, user, store, ct));
        ApiRefusal.ThrowFor(await store.DeclineAsync(id, body.Reason.Trim(), user.Actor(), ct));
        return TypedResults.Ok(http.Tagged(await FindAsync(id, user, store, ct)));
    }

    private static async Task<ApplicationRow> FindAsync(Guid id, ClaimsPrincipal user, ApplicationStore store, CancellationToken ct) =>
        (await store.ListAsync(user.Viewer(), ct)).FirstOrDefault(row => row.Id == id).OrMissing();
}
