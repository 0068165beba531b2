using System.Security.Claims;
using FedPortal.Api;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Jobs;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Web;

/// <summary>What a browser says before it sends many files.</summary>
internal sealed record UploadRequest(Guid? Institution, string Name, IReadOnlyList<UploadFile> Files);

/// <summary>The upload or the data set that was made.</summary>
internal sealed record UploadBegun(Guid Id);

/// <summary>How much of a file is there.</summary>
/// <param name="Received">Bytes; null where there is no one file to speak of.</param>
/// <param name="Detail">What is wrong; null when nothing is.</param>
internal sealed record UploadReceived(long? Received, string? Detail);

internal sealed record UploadedFile(string Path, long Bytes, long Received);

/// <summary>An upload that is not finished.</summary>
internal sealed record UploadState(Guid Id, Guid? Institution, string Name, DateTimeOffset BegunAt, IReadOnlyList<UploadedFile> Files);

/// <summary>Files and folders in pieces: begin, send, ask what is there, go on, finish or cancel. Only the user who began an upload can touch it.</summary>
internal static class UploadSessionEndpoints
{
    public static void MapUploadSessions(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder uploads = endpoints.MapGroup(Urls.UploadSessions).WithTags("Uploads").RequireAuthorization(Policies.BringData);
        uploads.MapPost("", BeginAsync).Produces<UploadBegun>(StatusCodes.Status201Created).Named("beginUpload", "Begin an upload of many files.");
        uploads.MapGet("", (ClaimsPrincipal user, UploadSessions sessions) => TypedResults.Ok(sessions.OpenOf(user.UserId()).Select(StateOf))).Named("listUploads", "List the own uploads that are not finished.");
        uploads.MapGet("{id:guid}", IResult (Guid id, ClaimsPrincipal user, UploadSessions sessions) =>
            sessions.Find(id, user.UserId()) is { } found ? TypedResults.Ok(StateOf(found)) : TypedResults.NotFound()).Produces<UploadState>().Named("getUpload", "Read what of an upload is there.");
        uploads.MapPut("{id:guid}/{file:int}", TakeAsync).TakesBytes().Produces<UploadReceived>().Produces<UploadReceived>(StatusCodes.Status409Conflict)
            .Named("sendUploadPiece", "Send a piece of a file, from an offset on.");
        uploads.MapPost("{id:guid}/finish", FinishAsync).Produces<UploadBegun>(StatusCodes.Status201Created).Named("finishUpload", "Make a data set of an upload that is whole.");
        uploads.MapDelete("{id:guid}", IResult (Guid id, ClaimsPrincipal user, UploadSessions sessions) =>
        {
            if (sessions.Find(id, user.UserId()) is null)
            {
                return TypedResults.NotFound();
            }

            sessions.Cancel(id);
            return TypedResults.NoContent();
        }).Produces(StatusCodes.Status204NoContent).Named("cancelUpload", "Give an upload up.");
    }

    private static async Task<IResult> BeginAsync(
        UploadRequest request, ClaimsPrincipal user, UploadSessions sessions, InstitutionStore institutions, CancellationToken cancellationToken)
    {
        if (!PortalClaims.MayBringDataFor(user, request.Institution))
        {
            return TypedResults.Forbid();
        }

        if (request.Institution is { } id && await institutions.FindAsync(PortalClaims.ViewerOf(user), id, cancellationToken) is null)
        {
            return Bad("The upload names an institution that is not on record.");
        }

        (UploadSession? session, string? problem) = sessions.Begin(user.UserId(), request.Institution, request.Name ?? "", request.Files ?? []);
        return session is null ? Bad(problem!) : TypedResults.Created($"{Urls.UploadSessions}/{session.Id}", new UploadBegun(session.Id));
    }

    private static async Task<IResult> TakeAsync(Guid id, int file, long offset, ClaimsPrincipal user, UploadSessions sessions, HttpContext context)
    {
        if (sessions.Find(id, user.UserId()) is not { } upload)
        {
            return TypedResults.NotFound();
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        PieceOutcome outcome = await sessions.TakeAsync(upload.Session, file, offset, context.Request.Body, context.RequestAborted);
        return outcome.Problem is null ? TypedResults.Ok(new UploadReceived(outcome.Received, null)) : TypedResults.Conflict(new UploadReceived(outcome.Received, outcome.Problem));
    }

    private static async Task<IResult> FinishAsync(Guid id, ClaimsPrincipal user, UploadSessions sessions, DatasetIntake intake, CancellationToken cancellationToken)
    {
        if (sessions.Find(id, user.UserId()) is not { } upload)
        {
            return TypedResults.NotFound();
        }

        if (!upload.IsWhole)
        {
            return TypedResults.Conflict(new UploadReceived(null, "The upload is not whole."));
        }

        if (!PortalClaims.MayBringDataFor(user, upload.Session.InstitutionId))
        {
            return TypedResults.Forbid();
        }

        string content = sessions.Close(upload);
        Guid dataset = await intake.FromUploadAsync(upload.Session.Name, upload.Session.InstitutionId, content, seed: 1, PortalClaims.NameOf(user), cancellationToken);
        return TypedResults.Created(Urls.Dataset(dataset), new UploadBegun(dataset));
    }

    private static UploadState StateOf(UploadProgress upload) => new(
        upload.Session.Id, upload.Session.InstitutionId, upload.Session.Name, upload.Session.BegunAt,
        [.. upload.Session.Files.Zip(upload.Received, (file, received) => new UploadedFile(file.Path, file.Bytes, received))]);

    private static ProblemHttpResult Bad(string problem) => TypedResults.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
}
