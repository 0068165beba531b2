using System.Security.Claims;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Training.Datasets;

namespace FedPortal.Web;

/// <summary>Small pictures of a data set, only for those who may see its images.</summary>
internal static class ThumbnailEndpoint
{
    public static void MapThumbnails(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Urls.ThumbnailPattern, async Task<IResult> (Guid dataset, int number, ClaimsPrincipal user, DatasetStore datasets, HttpContext context) =>
        {
            if (await datasets.FindAsync(PortalClaims.ViewerOf(user), dataset, context.RequestAborted) is not { QualityReportJson: { } json } found)
            {
                return TypedResults.NotFound();
            }

            if (!PortalClaims.MaySeeImagesOf(user, found.Row.InstitutionId, found.Row.IsSynthetic))
            {
                return TypedResults.Forbid();
            }

            IReadOnlyList<Thumbnail> thumbnails = QualityReport.FromJson(json).Thumbnails;
            context.Response.Headers.CacheControl = "private, max-age=3600";
            return number >= 0 && number < thumbnails.Count ? TypedResults.Bytes(thumbnails[number].Png, "image/png") : TypedResults.NotFound();
        });
}
