using System.Security.Claims;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Training.Imaging;

namespace FedPortal.Web;

/// <summary>
/// One stored, de-identified image of a data set, as it is and as a study's preprocessing would make it, for those who may see its images. Only for data
/// sets whose images lie in a home on this machine.
/// </summary>
internal static class PreviewEndpoint
{
    public static void MapPreviews(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(Urls.PreviewPattern, ShowAsync);

    private static async Task<IResult> ShowAsync(
        Guid dataset, int number, [AsParameters] Wish wish, ClaimsPrincipal user, DatasetStore datasets, DatasetImages images, HttpContext context)
    {
        if (await datasets.PlaceAsync(PortalClaims.ViewerOf(user), dataset, context.RequestAborted) is not { } place)
        {
            return TypedResults.NotFound();
        }

        if (!PortalClaims.MaySeeImagesOf(user, place.InstitutionId, place.IsSynthetic))
        {
            return TypedResults.Forbid();
        }

        if (await images.SampleAsync(place, number, context.RequestAborted) is not { } image)
        {
            return TypedResults.NotFound();
        }

        context.Response.Headers.CacheControl = "private, max-age=3600";
        try
        {
            return TypedResults.Bytes(wish.Pipeline is { } pipeline ? GreyLevels.ToPng(pipeline.Prepare(image), pipeline.Size) : GreyPng.Encode(image, place.IsSynthetic), "image/png");
        }
        catch (ArgumentException refused)
        {
            return TypedResults.Problem(refused.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>The pipeline in the address; without a size, the image as it is stored.</summary>
    private sealed record Wish(int? Size, int? Median, int? Tiles, double? Clip, double? Low, double? High, AspectFit? Fit)
    {
        public PreprocessingPipeline? Pipeline => Size is not { } size ? null : new PreprocessingPipeline(size)
        {
            MedianRadius = Median ?? 0,
            EqualizationTiles = Tiles ?? 1,
            EqualizationClipLimit = Clip ?? 0,
            LowPercentile = Low ?? 0,
            HighPercentile = High ?? 100,
            Fit = Fit ?? AspectFit.Pad,
        };
    }
}
