using System.Security.Claims;
using FedPortal.Api;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace FedPortal.Web;

/// <summary>Takes a zip of images as one streamed PUT: constant memory, a size limit, no trace of a broken transfer. The import is a background job.</summary>
internal static class UploadEndpoint
{
    private const int BufferBytes = 1 << 17;

    public static void MapUploads(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPut(Urls.UploadPattern, TakeAsync).RequireAuthorization(Policies.BringData).WithTags("Uploads")
            .TakesBytes().Produces<UploadBegun>(StatusCodes.Status201Created).Named("uploadZip", "Send a zip of images at once; its import is a job.");

    private static async Task<IResult> TakeAsync(
        Guid? institution, string name, ClaimsPrincipal user, HttpContext context, DatasetIntake intake, InstitutionStore institutions,
        IOptions<PortalOptions> options)
    {
        if (!PortalClaims.MayBringDataFor(user, institution))
        {
            return TypedResults.Forbid();
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > 100 || (institution is { } id && await institutions.FindAsync(PortalClaims.ViewerOf(user), id, context.RequestAborted) is null))
        {
            return TypedResults.Problem("A data set needs a name of 1 to 100 characters and an institution that is on record.", statusCode: StatusCodes.Status400BadRequest);
        }

        long limit = options.Value.MaxUploadBytes;
        if (context.Request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        string file = intake.NewUploadFile();
        if (!await ReceiveAsync(context.Request.Body, file, limit, context.RequestAborted))
        {
            return TooLarge(limit);
        }

        Guid dataset = await intake.FromUploadAsync(name, institution, file, seed: 1, PortalClaims.NameOf(user), context.RequestAborted);
        return TypedResults.Created(Urls.Dataset(dataset), new UploadBegun(dataset));
    }

    private static async Task<bool> ReceiveAsync(Stream body, string path, long limit, CancellationToken cancellationToken)
    {
        string part = path + ".part";
        try
        {
            bool isWhole = await CopyAsync(body, part, limit, cancellationToken);
            if (isWhole)
            {
                File.Move(part, path);
            }

            return isWhole;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task<bool> CopyAsync(Stream body, string part, long limit, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        byte[] buffer = new byte[BufferBytes];
        long total = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            total += read;
            if (total > limit)
            {
                return false;
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return true;
    }

    private static ProblemHttpResult TooLarge(long limit) =>
        TypedResults.Problem($"The file is larger than the limit of {limit} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
}
