using FedPortal.Components;
using FedPortal.Data;

namespace FedPortal.Web;

/// <summary>Pictures of robustness tests. They are of phantoms always: those of patients never come to the portal.</summary>
internal static class RobustnessPictureEndpoint
{
    public static void MapRobustnessPictures(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Urls.RobustnessPicturePattern, async Task<IResult> (
            Guid study, int version, Guid run, string hash, RobustnessStore store, BlobStore blobs, HttpContext context) =>
        {
            if (!await store.HasPictureAsync(study, version, run, hash, context.RequestAborted) || !blobs.Contains(hash))
            {
                return TypedResults.NotFound();
            }

            context.Response.Headers.CacheControl = "private, max-age=86400, immutable";
            return TypedResults.PhysicalFile(blobs.PathOf(hash), "image/png");
        }).RequireAuthorization();
}
