using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FedPortal.Api;

/// <summary>The part of the protocol that protected rounds add: keys, shares, the upload in chunks, the ledger, and unlocking.</summary>
internal static class ProtectedEndpoints
{
    public static void MapProtectedRound(this RouteGroupBuilder site)
    {
        site.MapPut(Below(SiteRoutes.Identity), RegisterAsync);
        site.MapPut(Below(SiteRoutes.Shares), SharesAsync);
        site.MapGet(Below(SiteRoutes.Upload), (HttpContext http, [FromServices] UploadDesk desk) => TypedResults.Ok(desk.Status(Running(http))));
        site.MapPatch(Below(SiteRoutes.Upload), ChunkAsync);
        site.MapPost(Below(SiteRoutes.ProtectedUpdate), UpdateAsync);
        site.MapGet(Below(SiteRoutes.Ledger), async (HttpContext http, [FromServices] LedgerDesk desk, CancellationToken ct) =>
            TypedResults.Ok(await desk.HeldAsync(Running(http), ct)));
        site.MapPost(Below(SiteRoutes.Ledger), async (LedgerMessage message, HttpContext http, [FromServices] LedgerDesk desk, CancellationToken ct) =>
            TypedResults.Ok(await desk.TakeAsync(Running(http), message, ct)));
        site.MapGet(Below(SiteRoutes.Unlock), async (HttpContext http, [FromServices] UnlockDesk desk, CancellationToken ct) =>
            TypedResults.Ok(await desk.GiveAsync(Running(http), ct)));
        site.MapPost(Below(SiteRoutes.Unlock), AnswerAsync);
    }

    private static string Below(string route) => SiteEndpoints.Below(route);

    private static async Task<NoContent> RegisterAsync(HttpContext http, [FromServices] SharesDesk desk, CancellationToken cancellationToken)
    {
        await desk.RegisterAsync(Running(http), http.Request, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<SubmissionReceipt>> SharesAsync(
        HttpContext http, [FromServices] SharesDesk desk, [FromServices] FederationNudge nudge, CancellationToken cancellationToken)
    {
        AssignmentContext context = Running(http);
        RequestLimits.LiftBodyLimit(http);
        SubmissionReceipt receipt = await desk.TakeAsync(context, http.Request, cancellationToken);
        await nudge.StudyAsync(context.Study.Id, cancellationToken);
        return TypedResults.Ok(receipt);
    }

    private static async Task<Ok<UploadStatus>> ChunkAsync(HttpContext http, [FromServices] UploadDesk desk, CancellationToken cancellationToken)
    {
        AssignmentContext context = Running(http);
        RequestLimits.LiftBodyLimit(http);
        return TypedResults.Ok(await desk.TakeChunkAsync(context, http.Request, cancellationToken));
    }

    // A second time the same is answered alike, so these two do not ask whether the work still runs.
    private static async Task<Ok<SubmissionReceipt>> UpdateAsync(
        ProtectedUpdateMessage message, HttpContext http, [FromServices] UploadDesk desk, [FromServices] FederationNudge nudge, CancellationToken cancellationToken)
    {
        AssignmentContext context = SiteSession.Of(http);
        SubmissionReceipt receipt = await desk.FinishAsync(context, message, cancellationToken);
        await nudge.StudyAsync(context.Study.Id, cancellationToken);
        return TypedResults.Ok(receipt);
    }

    private static async Task<Ok<SubmissionReceipt>> AnswerAsync(
        AnswerMessage message, HttpContext http, [FromServices] UnlockDesk desk, [FromServices] FederationNudge nudge, CancellationToken cancellationToken)
    {
        AssignmentContext context = SiteSession.Of(http);
        SubmissionReceipt receipt = await desk.TakeAsync(context, message, cancellationToken);
        await nudge.StudyAsync(context.Study.Id, cancellationToken);
        return TypedResults.Ok(receipt);
    }

    private static AssignmentContext Running(HttpContext http)
    {
        AssignmentContext context = SiteSession.Of(http);
        SiteEndpoints.RequireRunning(context);
        return context;
    }
}
