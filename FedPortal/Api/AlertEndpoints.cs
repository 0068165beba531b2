using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Identity;
using FedPortal.Operation;
using FedPortal.Operation.Delivery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Where alerts shall go.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AddChannel : IApiRequest
{
    public required ChannelKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>A mail address, or an HTTPS address.</summary>
    public required string Address { get; init; }

    /// <summary>What matters less is not sent.</summary>
    public AlertLevel LeastLevel { get; init; } = AlertLevel.Warning;
}

/// <summary>A channel that was added.</summary>
/// <param name="Secret">Of a webhook: what the receiver checks signatures with. It cannot be shown again. Null for mail.</param>
internal sealed record ChannelAdded(Guid Id, string? Secret);

/// <summary>Alerts, and where they go.</summary>
internal static class AlertEndpoints
{
    private const int MostClosed = 2000;
    private const int MostMessages = 1000;

    public static void MapAlertApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Alerts");
        api.MapGet("/alerts", ListAsync).Named("listAlerts", "List alerts that you may see: open ones, the most serious first, or those that are over, latest first.");
        api.MapGet("/alerts/{id:guid}", async (Guid id, HttpContext http, ClaimsPrincipal user, AlertStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(id, user, store, ct)))).Named("getAlert", "Read one alert.");
        api.MapPost("/alerts/{id:guid}/acknowledge", (Guid id, HttpContext http, ClaimsPrincipal user, AlertStore store, CancellationToken ct) =>
            MoveAsync(id, http, user, store, store.AcknowledgeAsync, ct)).Moves().Named("acknowledgeAlert", "Take note of an alert: it stays open but waits for nobody.");
        api.MapPost("/alerts/{id:guid}/close", (Guid id, HttpContext http, ClaimsPrincipal user, AlertStore store, CancellationToken ct) =>
            MoveAsync(id, http, user, store, store.CloseAsync, ct)).Moves().Named("closeAlert", "Close an alert; where its reason is still there it opens anew.");

        RouteGroupBuilder see = endpoints.MapApi("Alerts", Policies.Operate);
        see.MapGet("/alerts/channels", async (ClaimsPrincipal user, ChannelStore store, CancellationToken ct) => TypedResults.Ok(await store.ListAsync(user.Viewer(), ct)))
            .Named("listAlertChannels", "List where alerts go.");
        see.MapGet("/alerts/messages", async ([AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, ChannelStore store, CancellationToken ct) =>
            TypedResults.Ok(page.Of(http, await store.MessagesAsync(user.Viewer(), MostMessages, ct), row => row.Id.ToString()))).Named("listAlertMessages", "List the latest messages about alerts, and what became of them.");

        RouteGroupBuilder change = endpoints.MapApi("Alerts", Policies.ManageOperation);
        change.MapPost("/alerts/channels", AddAsync).Makes().Named("addAlertChannel", "Let alerts go to a mail address or a webhook.");
        change.MapDelete("/alerts/channels/{id:guid}", RemoveAsync).Named("removeAlertChannel", "Let alerts no longer go to a channel.");
        change.MapPost("/alerts/channels/{id:guid}/test", TestAsync).Named("testAlertChannel", "Send a channel a message that says only that it works.");
    }

    private static async Task<Ok<AlertRow[]>> ListAsync(
        bool? closed, AlertKind? kind, AlertLevel? level, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, AlertStore store, CancellationToken ct)
    {
        IReadOnlyList<AlertRow> rows = closed is true ? await store.ClosedAsync(user.Viewer(), MostClosed, ct) : await store.OpenAsync(user.Viewer(), ct);
        return TypedResults.Ok(page.Of(http, [.. rows.Where(row => (kind is null || row.Kind == kind) && (level is null || row.Level == level))], row => row.Id.ToString()));
    }

    private static async Task<Ok<AlertRow>> MoveAsync(
        Guid id, HttpContext http, ClaimsPrincipal user, AlertStore store, Func<ClaimsPrincipal, Guid, CancellationToken, Task<string?>> move, CancellationToken ct)
    {
        AlertRow alert = await FindAsync(id, user, store, ct);
        if (!AlertStore.MayAct(user, alert))
        {
            throw ApiRefusal.Forbidden(AlertStore.NotYours);
        }

        http.RequireMatch(alert);
        ApiRefusal.ThrowFor(await move(user, id, ct));
        return TypedResults.Ok(http.Tagged(await FindAsync(id, user, store, ct)));
    }

    private static async Task<Created<ChannelAdded>> AddAsync(AddChannel body, ClaimsPrincipal user, ChannelStore store, CancellationToken ct)
    {
        (Guid id, string? secret, string? problem) = await store.AddAsync(body.Kind, body.Name, body.Address, body.LeastLevel, user.Actor(), ct);
        return problem is null ? TypedResults.Created($"{UserEndpoints.Root}/alerts/channels", new ChannelAdded(id, secret)) : throw ApiRefusal.Unfit(problem);
    }

    private static async Task<NoContent> RemoveAsync(Guid id, ClaimsPrincipal user, ChannelStore store, CancellationToken ct)
    {
        await RequireChannelAsync(id, user, store, ct);
        await store.RemoveAsync(id, user.Actor(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted> TestAsync(Guid id, ClaimsPrincipal user, ChannelStore store, CancellationToken ct)
    {
        await RequireChannelAsync(id, user, store, ct);
        await store.TestAsync(id, user.Actor(), ct);
        return TypedResults.Accepted($"{UserEndpoints.Root}/alerts/messages");
    }

    private static async Task RequireChannelAsync(Guid id, ClaimsPrincipal user, ChannelStore store, CancellationToken ct) =>
        (await store.ListAsync(user.Viewer(), ct)).FirstOrDefault(row => row.Id == id).OrMissing();

    private static async Task<AlertRow> FindAsync(Guid id, ClaimsPrincipal user, AlertStore store, CancellationToken ct) => (await store.FindAsync(user.Viewer(), id, ct)).OrMissing();
}
