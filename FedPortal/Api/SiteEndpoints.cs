using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FedPortal.Api;

/// <summary>The protocol of <see cref="SiteRoutes"/>: everything a site program says to the portal.</summary>
internal static class SiteEndpoints
{
    public static void MapSiteProtocol(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(SiteRoutes.Session, JoinAsync).AllowAnonymous();

        RouteGroupBuilder site = endpoints.MapGroup(SiteRoutes.Root).RequireAuthorization(SiteSession.Policy).AddEndpointFilter(AnswerRefusalsAsync);
        site.MapGet(Below(SiteRoutes.Assignment), AssignmentAsync);
        site.MapGet(Below(SiteRoutes.Models) + "/{hash}", ModelAsync);
        site.MapPost(Below(SiteRoutes.Progress), ProgressAsync);
        site.MapPost(Below(SiteRoutes.Failure), FailureAsync);
        site.MapPut(Below(SiteRoutes.FirstModel), Taking((desk, context, request, ct) => desk.TakeFirstModelAsync(context, request, ct)));
        site.MapPut(Below(SiteRoutes.Update), Taking((desk, context, request, ct) => desk.TakeUpdateAsync(context, request, ct)));
        site.MapPut(Below(SiteRoutes.Attack), Taking((desk, context, request, ct) => desk.TakeAttackAsync(context, request, ct)));
        site.MapPut(Below(SiteRoutes.Robustness), Taking((desk, context, request, ct) => desk.TakeRobustnessAsync(context, request, ct)));
        site.MapPut(Below(SiteRoutes.Evaluation), Taking((desk, context, request, ct) => desk.TakeEvaluationAsync(context, request, ct)));
        site.MapProtectedRound();
    }

    internal static string Below(string route) => route[SiteRoutes.Root.Length..];

    private static async Task<Results<Ok<JoinResponse>, ProblemHttpResult>> JoinAsync(
        JoinRequest request, AssignmentStore assignments, FederationNudge nudge, CancellationToken cancellationToken)
    {
        string? session = await assignments.TryJoinAsync(request.Token, cancellationToken);
        if (session is null)
        {
            return TypedResults.Problem("The token is unknown, was used, or a later attempt took its place.", statusCode: StatusCodes.Status401Unauthorized);
        }

        AssignmentContext context = (await assignments.FindBySessionAsync(session, cancellationToken))!;
        await nudge.StudyAsync(context.Study.Id, cancellationToken);
        return TypedResults.Ok(new JoinResponse(session));
    }

    private static async Task<Ok<AssignmentMessage>> AssignmentAsync(HttpContext http, AssignmentMessages messages, CancellationToken cancellationToken)
    {
        AssignmentContext context = SiteSession.Of(http);
        RequireRunning(context);
        return TypedResults.Ok(await messages.ForAsync(context, cancellationToken));
    }

    private static async Task<PhysicalFileHttpResult> ModelAsync(
        string hash, HttpContext http, AssignmentMessages messages, BlobStore blobs, CancellationToken cancellationToken)
    {
        AssignmentContext context = SiteSession.Of(http);
        GlobalModelVersion? version = await messages.VersionAsync(context, cancellationToken);
        return version?.BlobHash == hash || await messages.IsPreviousAsync(context, hash, cancellationToken)
            ? TypedResults.PhysicalFile(blobs.PathOf(hash), "application/octet-stream")
            : throw SubmissionRefusal.Conflict($"The assignment needs model {version?.BlobHash ?? "none"}, but {hash} was asked for.");
    }

    private static async Task<NoContent> ProgressAsync(ProgressMessage progress, HttpContext http, AssignmentStore assignments, CancellationToken cancellationToken)
    {
        AssignmentContext context = SiteSession.Of(http);
        FaultPoint.Reach("portal:progress");
        var snapshot = new TrainingSnapshot(
            progress.Stage, progress.Epoch, progress.EpochCount, progress.Batch, progress.BatchCount, progress.Loss, progress.ImagesPerSecond, progress.RemainingSeconds, progress.Device);
        return await assignments.TryRenewAsync(context.Assignment.Id, context.Assignment.Lease, snapshot, cancellationToken)
            ? TypedResults.NoContent()
            : throw SubmissionRefusal.Gone("The lease on this work has ended.");
    }

    private static async Task<NoContent> FailureAsync(
        FailureMessage failure, HttpContext http, AssignmentStore assignments, FederationNudge nudge, CancellationToken cancellationToken)
    {
        AssignmentContext context = SiteSession.Of(http);
        string reason = failure.Reason.Length <= 500 ? failure.Reason : failure.Reason[..500];
        await assignments.TryEndAttemptAsync(context.Assignment.Id, context.Assignment.Lease, reason, cancellationToken, failure.IsRefusal);
        await nudge.StudyAsync(context.Study.Id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Delegate Taking(Func<SubmissionDesk, AssignmentContext, HttpRequest, CancellationToken, Task<SubmissionReceipt>> take) =>
        async ([FromServices] SubmissionDesk desk, [FromServices] FederationNudge nudge, HttpContext http, CancellationToken cancellationToken) =>
        {
            AssignmentContext context = SiteSession.Of(http);
            RequestLimits.LiftBodyLimit(http);
            SubmissionReceipt receipt = await take(desk, context, http.Request, cancellationToken);
            await nudge.StudyAsync(context.Study.Id, cancellationToken);
            return TypedResults.Ok(receipt);
        };

    internal static void RequireRunning(AssignmentContext context)
    {
        if (context.Assignment.State != AssignmentState.Running)
        {
            throw SubmissionRefusal.Gone($"The assignment is {context.Assignment.State}.");
        }
    }

    private static async ValueTask<object?> AnswerRefusalsAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        try
        {
            return await next(invocation);
        }
        catch (SubmissionRefusal refusal)
        {
            if (refusal.Status == StatusCodes.Status429TooManyRequests)
            {
                invocation.HttpContext.Response.Headers.RetryAfter = "1";
            }

            return TypedResults.Problem(refusal.Message, statusCode: refusal.Status);
        }
    }
}
