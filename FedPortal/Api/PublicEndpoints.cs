using FedPortal.Data;
using FedPortal.Enrolment;

namespace FedPortal.Api;

/// <summary>What anybody may know.</summary>
internal static class PublicEndpoints
{
    public static void MapPublicApi(this IEndpointRouteBuilder endpoints) => endpoints.MapGroup(UserEndpoints.Root).WithTags("Public").AllowAnonymous().RequireRateLimiting(EnrolmentModule.PublicLimit)
        .MapGet("/transparency", async (TransparencyStore store, CancellationToken ct) => TypedResults.Ok(await store.ReadAsync(ct)))
        .Named("getTransparency", "Read what anybody may know of the consortium, without signing in.");
}
