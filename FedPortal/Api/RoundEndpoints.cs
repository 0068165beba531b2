using System.Net.Mime;
using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>A round ends before its time only with its study.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CancelRound : IApiRequest
{
    /// <summary>Must be true: so that nobody ends a study who meant a round.</summary>
    public required bool EndsStudy { get; init; }
}

/// <summary>What an institution says against its exclusion.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RaiseAppeal : IApiRequest
{
    public required Guid InstitutionId { get; init; }

    public required string Objection { get; init; }
}

/// <summary>What an admin decided about an objection.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DecideAppeal : IApiRequest
{
    public required bool IsUpheld { get; init; }

    /// <summary>With the reason.</summary>
    public required string Decision { get; init; }
}

/// <summary>Rounds: their states, times and participations.</summary>
internal static class RoundEndpoints
{
    public static void MapRoundApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Rounds");
        api.MapGet("/rounds", ListAsync).Named("listRounds", "List rounds, newest first.");
        api.MapGet("/rounds/{id:guid}", async (Guid id, HttpContext http, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(id, user, store, ct)))).Named("getRound", "Read one round with its participations and evaluations.");
        api.MapGet("/rounds/{id:guid}/timings", async (Guid id, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
            TypedResults.Ok((await store.TimingsAsync(user.Viewer(), id, ct)).OrMissing())).Named("getRoundTimings", "Read a round's time by stage.");
        api.MapGet("/rounds/{id:guid}/attempts", async (Guid id, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
        {
            await FindAsync(id, user, store, ct);
            return TypedResults.Ok(await store.AttemptsAsync(user.Viewer(), id, ct));
        }).Named("listAttempts", "List the runs of site programs for a round.");
        api.MapGet("/rounds/{id:guid}/attempts/{assignment:guid}/{lease:int}/log", LogAsync).Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Plain)
            .Named("getAttemptLog", "Read what a site program said in one run for a round, where the portal ran it.");
        api.MapPost("/rounds/{id:guid}/appeals", AppealAsync).Named("raiseAppeal", "Object, for the own institution, to an exclusion from a round.");

        RouteGroupBuilder run = endpoints.MapApi("Rounds", Policies.RunStudies);
        run.MapPost("/rounds/{id:guid}/appeals/{institution:guid}/decide", DecideAsync).Named("decideAppeal", "Decide about an institution's objection.");
        run.MapPost("/rounds/{id:guid}/cancel", CancelAsync).Moves().Named("cancelRound", "Stop a round that is going on. A round stops only with its study, which ends for good.");
        run.MapPost("/rounds/{id:guid}/retry", RetryAsync).Moves().Named("retryRound", "Let a study whose round failed go on with the next attempt of that round.");
    }

    private static async Task<Ok<RoundRow[]>> ListAsync(Guid? study, RoundState? state, [AsParameters] ApiPaging page, HttpContext http, RoundStore store, CancellationToken ct)
    {
        if (page.After is { } after && !Guid.TryParse(after, out _))
        {
            throw ApiRefusal.Unfit($"A list of rounds goes on after a round's id, not after '{after}'.");
        }

        IReadOnlyList<RoundRow> rows = await store.AfterAsync(new RoundFilter(study, state), page.After is { } id ? Guid.Parse(id) : null, page.Size + 1, ct)
            ?? throw ApiRefusal.Unfit($"There is no round '{page.After}' to go on after.");
        return TypedResults.Ok(page.Next(http, rows, row => row.Id.ToString()));
    }

    private static async Task<ContentHttpResult> LogAsync(Guid id, Guid assignment, int lease, ClaimsPrincipal user, RoundStore store, AttemptLogs logs, CancellationToken ct)
    {
        AttemptRow attempt = (await store.AttemptsAsync(user.Viewer(), id, ct)).FirstOrDefault(row => row.AssignmentId == assignment && row.Lease == lease).OrMissing();
        return TypedResults.Text(
            await logs.ReadAsync(user.Viewer(), attempt, ct) ?? throw ApiRefusal.Missing("The portal has no log of this run: it said nothing, it ran on the hospital's own machine, or its time is over."),
            MediaTypeNames.Text.Plain);
    }

    private static async Task<NoContent> AppealAsync(Guid id, RaiseAppeal body, ClaimsPrincipal user, RoundStore store, AppealStore appeals, CancellationToken ct)
    {
        await FindAsync(id, user, store, ct);
        if (!PortalClaims.MaySignFor(user, body.InstitutionId))
        {
            throw ApiRefusal.Forbidden("Only the institution's own coordinators object for it.");
        }

        ApiRefusal.ThrowFor(await appeals.RaiseAsync(user.Viewer(), id, body.InstitutionId, body.Objection, user.Actor(), ct));
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DecideAsync(Guid id, Guid institution, DecideAppeal body, ClaimsPrincipal user, RoundStore store, AppealStore appeals, CancellationToken ct)
    {
        await FindAsync(id, user, store, ct);
        ApiRefusal.ThrowFor(await appeals.DecideAsync(id, institution, body.IsUpheld, body.Decision, user.Actor(), ct));
        return TypedResults.NoContent();
    }

    private static async Task<Ok<RoundDetail>> CancelAsync(Guid id, CancelRound body, HttpContext http, ClaimsPrincipal user, RoundStore store, StudyControl control, CancellationToken ct)
    {
        RoundDetail round = await LatestAsync(id, http, user, store, ct);
        if (!body.EndsStudy)
        {
            throw ApiRefusal.Unfit($"Stopping round {round.Row.Number} ends its study '{round.Row.StudyName}' for good. Say so: expected endsStudy = true but got false.");
        }

        if (round.Row.State is RoundState.Completed or RoundState.Failed)
        {
            throw ApiRefusal.Conflict($"The round is {round.Row.State} and cannot be stopped.");
        }

        ApiRefusal.ThrowFor(await StudyEndpoints.CancelAsync(round.Row.StudyId, user, control, ct));
        return TypedResults.Ok(http.Tagged(await FindAsync(id, user, store, ct)));
    }

    private static async Task<Accepted> RetryAsync(
        Guid id, HttpContext http, ClaimsPrincipal user, RoundStore store, StudyStore studies, StudyControl control, ApprovalStore approvals, CancellationToken ct)
    {
        RoundDetail round = await LatestAsync(id, http, user, store, ct);
        StudyRow study = (await studies.FindRowAsync(round.Row.StudyId, ct)).OrMissing();
        if (round.Row.State != RoundState.Failed || study.State != StudyState.Failed)
        {
            throw ApiRefusal.Conflict($"A round is tried again when it and its study failed, but the round is {round.Row.State} and the study is {study.State}.");
        }

        ApiRefusal.ThrowFor(await StudyEndpoints.StartAsync(study.Id, user, control, approvals, ct));
        return TypedResults.Accepted($"{UserEndpoints.Root}/studies/{study.Id}/rounds/{round.Row.Number}");
    }

    private static async Task<RoundDetail> LatestAsync(Guid id, HttpContext http, ClaimsPrincipal user, RoundStore store, CancellationToken ct)
    {
        RoundDetail round = await FindAsync(id, user, store, ct);
        http.RequireMatch(round);
        (_, Guid? next) = await store.NeighboursAsync(round.Row.StudyId, round.Row.Number, ct);
        RoundDetail latest = (await store.FindAsync(user.Viewer(), round.Row.StudyId, round.Row.Number, ct)).OrMissing();
        return next is null && latest.Row.Id == id ? round : throw ApiRefusal.Conflict($"Round {round.Row.Number}, attempt {round.Row.Attempt} is not the latest of its study.");
    }

    private static async Task<RoundDetail> FindAsync(Guid id, ClaimsPrincipal user, RoundStore store, CancellationToken ct) => (await store.FindAsync(user.Viewer(), id, ct)).OrMissing();
}
