using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Identity;
using FedPortal.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Which demonstration to set up.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartDemonstration : IApiRequest
{
    public required DemonstrationSize Size { get; init; }
}

/// <summary>The ready-made consortium on synthetic images.</summary>
internal static class SetUpEndpoints
{
    public static void MapSetUpApi(this IEndpointRouteBuilder endpoints) => endpoints.MapApi("Set-up", Policies.RunStudies)
        .MapPost("/demonstration", StartAsync).Makes().Named("startDemonstration", "Set up a consortium on synthetic images and start its study; the jobs tell how far it is.");

    private static async Task<Accepted> StartAsync(StartDemonstration body, ClaimsPrincipal user, DemonstrationConsortium consortium, CancellationToken ct) =>
        await consortium.RequestAsync(ConsortiumPlan.Demonstration(body.Size), user.Actor(), ct)
            ? TypedResults.Accepted($"{UserEndpoints.Root}/jobs?kind=Consortium%20set-up")
            : throw ApiRefusal.Conflict("A consortium is being set up already.");
}
