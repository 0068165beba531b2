using System.Security.Claims;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;

namespace FedPortal.Web;

/// <summary>An image of a hosted data set through a window of grey values, only for those who may see its images.</summary>
internal static class ImageEndpoint
{
    private const int MaxSide = 4096;

    public static void MapImages(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Urls.ImagePattern, async Task<IResult> (
            Guid dataset, int number, int? side, int? low, int? high, ClaimsPrincipal user, DatasetStore datasets, DatasetImages images, HttpContext context) =>
        {
            if (await datasets.PlaceAsync(PortalClaims.ViewerOf(user), dataset, context.RequestAborted) is not { } place)
            {
                return TypedResults.NotFound();
            }

            if (!PortalClaims.MaySeeImagesOf(user, place.InstitutionId, place.IsSynthetic))
            {
                return TypedResults.Forbid();
            }

            (int black, int white, int longest) = (low ?? 0, high ?? 100, side ?? 1024);
            if (black < 0 || white > 100 || black >= white || longest is < 16 or > MaxSide)
            {
                return TypedResults.Problem($"Expected 0 ≤ low < high ≤ 100 and a side from 16 to {MaxSide}, but got {black}, {white} and {longest}.", statusCode: StatusCodes.Status400BadRequest);
            }

            context.Response.Headers.CacheControl = "private, max-age=3600";
            byte[]? png = await images.RenderAsync(place, number, black / 100.0, white / 100.0, longest, context.RequestAborted);
            return png is null ? TypedResults.NotFound() : TypedResults.Bytes(png, "image/png");
        });
}
