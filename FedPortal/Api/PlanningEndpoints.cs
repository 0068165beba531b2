using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Planning;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Where a calculation begins: the usual assumptions, and what this portal measured.</summary>
/// <param name="Measured">Null where fewer than three rounds were measured.</param>
internal sealed record PlanningStart(ReturnAssumptions Usual, MeasuredRounds? Measured);

/// <summary>The roadmap, cost and return, and requests from outside.</summary>
internal static class PlanningEndpoints
{
    public static void MapPlanningApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Planning");
        api.MapGet("/planning/roadmap", async (RoadmapStore store, CancellationToken ct) => TypedResults.Ok(await store.ReadAsync(ct)))
            .Named("getRoadmap", "Read how far the consortium is, gate by gate.");
        api.MapGet("/planning/assumptions", async (ClaimsPrincipal user, PlanningStore store, CancellationToken ct) =>
            TypedResults.Ok(new PlanningStart(new ReturnAssumptions(), await store.MeasuredAsync(user.Viewer(), ct)))).Named("getAssumptions", "Read the usual assumptions about cost and use, and what was measured.");
        api.MapPost("/planning/forecast", Forecast).Computes().Named("forecastReturn", "Work out cost and return from assumptions; those left out have their usual values.");

        RouteGroupBuilder people = endpoints.MapApi("Consultations", Policies.ManagePeople);
        people.MapGet("/consultations", ListAsync).Named("listConsultations", "List requests for a consultation: open ones, oldest first, or the latest closed ones.");
        people.MapPost("/consultations/{id:guid}/close", CloseAsync).Named("closeConsultation", "Close a request that was answered.");
    }

    private static Ok<ReturnForecast> Forecast(ReturnAssumptions assumptions) => TypedResults.Ok(ReturnForecast.Of(assumptions));

    private static async Task<Ok<ConsultationRow[]>> ListAsync(
        bool? closed, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, PlanningStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, await store.RequestsAsync(user.Viewer(), closed is true, ct), row => row.Id.ToString()));

    private static async Task<NoContent> CloseAsync(Guid id, ClaimsPrincipal user, PlanningStore store, CancellationToken ct)
    {
        (await store.RequestsAsync(user.Viewer(), areClosed: false, ct)).FirstOrDefault(row => row.Id == id).OrMissing();
        await store.CloseRequestAsync(id, user.Actor(), ct);
        return TypedResults.NoContent();
    }
}
