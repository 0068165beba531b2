using System.Security.Claims;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Identity;

namespace FedPortal.Web;

/// <summary>Pictures of robustness tests. They are of phantoms always: those of patients never come to the portal.</summary>
internal static class RobustnessPictureEndpoint
{
    public static void MapRobustnessPictures(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Urls.RobustnessPicturePattern, async Task<IResult> (
            Guid study, int version, Guid run, string hash, ClaimsPrincipal user, RobustnessStore store, BlobStore blobs, HttpContext context) =>
        {
            RobustnessView? view = await store.FindAsync(PortalClaims.ViewerOf(user), study, version, context.RequestAborted);
            bool isOf = view?.Runs.FirstOrDefault(row => row.Id == run)?.Outcome?.PictureHashes().Contains(hash, StringComparer.Ordinal) == true;
            if (!isOf || !blobs.Contains(hash))
            {
                return TypedResults.NotFound();
            }

            context.Response.Headers.CacheControl = "private, max-age=86400, immutable";
            return TypedResults.PhysicalFile(blobs.PathOf(hash), "image/png");
        }).RequireAuthorization();
}
