using System.Security.Claims;
using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Jobs;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Web;

/// <summary>What a browser says before it sends many files.</summary>
internal sealed record UploadRequest(Guid? Institution, string Name, IReadOnlyList<UploadFile> Files);

/// <summary>Files and folders in pieces: begin, send, ask what is there, go on, finish or cancel. Only the user who began an upload can touch it.</summary>
internal static class UploadSessionEndpoints
{
    public static void MapUploadSessions(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder uploads = endpoints.MapGroup(Urls.UploadSessions).RequireAuthorization(Policies.BringData).AddEndpointFilter(CheckOriginAsync);
        uploads.MapPost("", BeginAsync);
        uploads.MapGet("", (ClaimsPrincipal user, UploadSessions sessions) => TypedResults.Ok(sessions.OpenOf(IdOf(user)).Select(StateOf)));
        uploads.MapGet("{id:guid}", IResult (Guid id, ClaimsPrincipal user, UploadSessions sessions) =>
            sessions.Find(id, IdOf(user)) is { } found ? TypedResults.Ok(StateOf(found)) : TypedResults.NotFound());
        uploads.MapPut("{id:guid}/{file:int}", TakeAsync);
        uploads.MapPost("{id:guid}/finish", FinishAsync);
        uploads.MapDelete("{id:guid}", IResult (Guid id, ClaimsPrincipal user, UploadSessions sessions) =>
        {
            if (sessions.Find(id, IdOf(user)) is null)
            {
                return TypedResults.NotFound();
            }

            sessions.Cancel(id);
            return TypedResults.NoContent();
        });
    }

    private static async ValueTask<object?> CheckOriginAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        HttpContext context = call.HttpContext;
        bool isSafe = HttpMethods.IsGet(context.Request.Method) || await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
        return isSafe ? await next(call) : Bad("The request did not come from this portal's page. Load the page again.");
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

        (UploadSession? session, string? problem) = sessions.Begin(IdOf(user), request.Institution, request.Name ?? "", request.Files ?? []);
        return session is null ? Bad(problem!) : TypedResults.Created($"{Urls.UploadSessions}/{session.Id}", new { id = session.Id });
    }

    private static async Task<IResult> TakeAsync(Guid id, int file, long offset, ClaimsPrincipal user, UploadSessions sessions, HttpContext context)
    {
        if (sessions.Find(id, IdOf(user)) is not { } upload)
        {
            return TypedResults.NotFound();
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        PieceOutcome outcome = await sessions.TakeAsync(upload.Session, file, offset, context.Request.Body, context.RequestAborted);
        return outcome.Problem is null ? TypedResults.Ok(new { received = outcome.Received }) : TypedResults.Conflict(new { received = outcome.Received, detail = outcome.Problem });
    }

    private static async Task<IResult> FinishAsync(Guid id, ClaimsPrincipal user, UploadSessions sessions, DatasetIntake intake, CancellationToken cancellationToken)
    {
        if (sessions.Find(id, IdOf(user)) is not { } upload)
        {
            return TypedResults.NotFound();
        }

        if (!upload.IsWhole)
        {
            return TypedResults.Conflict(new { detail = "The upload is not whole." });
        }

        if (!PortalClaims.MayBringDataFor(user, upload.Session.InstitutionId))
        {
            return TypedResults.Forbid();
        }

        string content = sessions.Close(upload);
        Guid dataset = await intake.FromUploadAsync(upload.Session.Name, upload.Session.InstitutionId, content, seed: 1, PortalClaims.NameOf(user), cancellationToken);
        return TypedResults.Created(Urls.Dataset(dataset), new { id = dataset });
    }

    private static object StateOf(UploadProgress upload) => new
    {
        id = upload.Session.Id,
        institution = upload.Session.InstitutionId,
        name = upload.Session.Name,
        begunAt = upload.Session.BegunAt,
        files = upload.Session.Files.Zip(upload.Received, (file, received) => new { path = file.Path, bytes = file.Bytes, received }),
    };

    private static ProblemHttpResult Bad(string problem) => TypedResults.Problem(problem, statusCode: StatusCodes.Status400BadRequest);

    private static Guid IdOf(ClaimsPrincipal user) => Guid.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!);
}
