using System.Security.Claims;
using FedPortal.Identity;
using FedPortal.Operation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Everything that takes longer than a moment. A job is named by its kind and its id, as the list gives them.</summary>
internal static class JobEndpoints
{
    private const string One = "/jobs/{kind}/{id:guid}";
    private const string Round = "Round";

    public static void MapJobApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Jobs");
        api.MapGet("/jobs", ListAsync).Named("listJobs", "List jobs of all kinds, those under way first, then the newest.");
        api.MapGet("/jobs/kinds", (JobDesk desk) => TypedResults.Ok(desk.Kinds)).Named("listJobKinds", "List the kinds of jobs.");
        api.MapGet(One, async (string kind, Guid id, HttpContext http, ClaimsPrincipal user, JobDesk desk, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(kind, id, user, desk, ct)))).Named("getJob", "Read one job: how far it is, or how it ended and why.");
        api.MapPost(One + "/cancel", CancelAsync).Moves().Named("cancelJob", "Stop a job. A round is not stopped here: cancelRound asks for the word that its study ends.");
        api.MapPost(One + "/retry", RetryAsync).MovesAndMakes().Named("retryJob", "Have a job done once more, as a new one.");

        endpoints.MapApi("Jobs", Policies.Operate).MapGet("/scheduler", async (SchedulerWatch scheduler, CancellationToken ct) => TypedResults.Ok(await scheduler.ReadAsync(ct)))
            .Named("getScheduler", "Read what the scheduler does now, what is next, and how many firings came late.");
    }

    private static async Task<Ok<JobRow[]>> ListAsync(
        string? kind, JobState? state, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, JobDesk desk, CancellationToken ct)
    {
        if (kind is not null && !desk.Kinds.Contains(kind))
        {
            throw ApiRefusal.Unfit($"Expected one of the kinds {string.Join(", ", desk.Kinds)} but got '{kind}'.");
        }

        JobList found = await desk.ListAsync(user.Viewer(), kind, state is null ? null : row => row.State == state, page.Skipped, page.Size + 1, ct);
        return TypedResults.Ok(page.Next(http, found.Rows));
    }

    private static async Task<Ok<JobRow>> CancelAsync(string kind, Guid id, HttpContext http, ClaimsPrincipal user, JobDesk desk, CancellationToken ct)
    {
        await OwnAsync(kind, id, http, user, desk, ct);
        if (kind == Round)
        {
            throw ApiRefusal.Unfit($"A round stops only with its study, which ends for good: POST {UserEndpoints.Root}/rounds/{id}/cancel asks for the word that it does.");
        }

        ApiRefusal.ThrowFor(await desk.CancelAsync(user, kind, id, ct));
        return TypedResults.Ok(http.Tagged(await FindAsync(kind, id, user, desk, ct)));
    }

    private static async Task<Accepted> RetryAsync(string kind, Guid id, HttpContext http, ClaimsPrincipal user, JobDesk desk, CancellationToken ct)
    {
        await OwnAsync(kind, id, http, user, desk, ct);
        ApiRefusal.ThrowFor(await desk.RetryAsync(user, kind, id, ct));
        return TypedResults.Accepted($"{UserEndpoints.Root}/jobs?kind={Uri.EscapeDataString(kind)}");
    }

    private static async Task OwnAsync(string kind, Guid id, HttpContext http, ClaimsPrincipal user, JobDesk desk, CancellationToken ct)
    {
        JobRow job = await FindAsync(kind, id, user, desk, ct);
        if (!JobDesk.MayAct(user, job))
        {
            throw ApiRefusal.Forbidden(JobDesk.NotYours);
        }

        http.RequireMatch(job);
    }

    private static async Task<JobRow> FindAsync(string kind, Guid id, ClaimsPrincipal user, JobDesk desk, CancellationToken ct) => (await desk.FindAsync(user.Viewer(), kind, id, ct)).OrMissing();
}
