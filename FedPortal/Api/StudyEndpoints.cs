using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Studies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>A signature on a flight plan, from a browser.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SignPlan : IApiRequest
{
    public required Guid InstitutionId { get; init; }

    /// <summary>The hash of the plan that was on the screen.</summary>
    public required string PlanHash { get; init; }

    /// <summary>The signer's password, once more; for an account without one a code of its app; empty for a signer who has just confirmed by passkey or at the organisation.</summary>
    public required string Proof { get; init; }
}

/// <summary>A study over its rounds, as it is drawn.</summary>
/// <param name="Norms">Lengths of updates; a coordinator gets those of the own institution.</param>
internal sealed record StudyCourse(IReadOnlyList<CurvePoint> Curves, IReadOnlyList<RoundHistoryRow> Rounds, IReadOnlyList<NormPoint> Norms);

/// <summary>Studies: what was agreed, who signed, and what an admin may do to them.</summary>
internal static class StudyEndpoints
{
    private const string Meanwhile = "The study's state does not allow it, or it changed meanwhile; nothing was done.";

    public static void MapStudyApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Studies");
        api.MapGet("/studies", ListAsync).Named("listStudies", "List the studies, newest first.");
        api.MapGet("/studies/{id:guid}", async (Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(id, user, store, ct)))).Named("getStudy", "Read one study with its design and roster.");
        api.MapGet("/studies/{id:guid}/flight-plan", async (Guid id, ClaimsPrincipal user, ApprovalStore store, CancellationToken ct) =>
            TypedResults.Ok((await store.FindAsync(user.Viewer(), id, ct)).OrMissing())).Named("getFlightPlan", "Read the frozen flight plan of a study, and who signed it.");
        api.MapGet("/studies/{id:guid}/spending", async (Guid id, ClaimsPrincipal user, StudyStore studies, SpendingStore store, CancellationToken ct) =>
        {
            await FindAsync(id, user, studies, ct);
            return TypedResults.Ok(await store.CourseAsync(user.Viewer(), id, ct));
        }).Named("getSpending", "Read what a study's rounds spent of the privacy budget.");
        api.MapGet("/studies/{id:guid}/evaluations", async (Guid id, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
            TypedResults.Ok(await store.EvaluationsAsync(user.Viewer(), id, ct))).Named("listEvaluations", "List all evaluations of a study by model version.");
        api.MapGet("/studies/{id:guid}/flight-comparison", async (Guid id, ClaimsPrincipal user, ApprovalStore approvals, FlightStore flights, CancellationToken ct) =>
            TypedResults.Ok(await flights.CompareAsync(user.Viewer(), id, (await approvals.FindAsync(user.Viewer(), id, ct)).OrMissing().Plan, ct)))
            .Named("compareFlight", "Read what happened in a study's rounds beside what its flight plan said.");
        api.MapGet("/studies/{id:guid}/course", async (Guid id, ClaimsPrincipal user, StudyStore studies, HistoryStore history, CancellationToken ct) =>
        {
            await FindAsync(id, user, studies, ct);
            return TypedResults.Ok(new StudyCourse(
                await history.CurvesAsync(user.Viewer(), id, ct), await history.RoundsAsync(user.Viewer(), id, ct), await history.NormsAsync(user.Viewer(), id, ct)));
        }).Named("getCourse", "Read a study's course over its rounds: what it learned, how long it took, what it moved; long studies are thinned evenly.");
        api.MapGet("/studies/{id:guid}/models", async (Guid id, RoundStore store, CancellationToken ct) => TypedResults.Ok(await store.ModelsAsync(id, ct)))
            .Named("listModelsOfStudy", "List the stored model versions of a study.");
        api.MapGet("/studies/{id:guid}/models/{version:int}", ModelFileAsync).Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Named("downloadModelOfStudy", "Download a model version of a study, released or not.").RequireAuthorization(Policies.RunStudies);
        api.MapGet("/studies/{id:guid}/rounds/{number:int}", async (Guid id, int number, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
            TypedResults.Ok((await store.FindAsync(user.Viewer(), id, number, ct)).OrMissing())).Named("getRoundOfStudy", "Read the latest attempt at a round of a study.");
        api.MapPost("/studies/{id:guid}/sign", SignAsync).NeedsPerson("a signature on a flight plan asks its signer to confirm, in a browser, who sits there.")
            .Named("signFlightPlan", "Sign a flight plan for an institution; from a browser only.");

        RouteGroupBuilder run = endpoints.MapApi("Studies", Policies.RunStudies);
        run.MapPost("/studies/{id:guid}/propose", (Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, StudyPlanner planner, CancellationToken ct) =>
            MoveAsync(id, http, user, store, _ => planner.ProposeExistingAsync(id, user.Actor(), ct), ct)).Moves().Named("proposeStudy", "Freeze the flight plan of a study that is a draft, and ask the institutions to sign it.");
        run.MapPost("/studies/{id:guid}/start", (Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, StudyControl control, ApprovalStore approvals, CancellationToken ct) =>
            MoveAsync(id, http, user, store, _ => StartAsync(id, user, control, approvals, ct), ct)).Moves().Named("startStudy", "Start a study that all have signed, or let a failed one go on with the next attempt of its round.");
        run.MapPost("/studies/{id:guid}/pause", (Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, StudyControl control, CancellationToken ct) =>
            MoveAsync(id, http, user, store, async study => study.Row.PausedAt is not null ? "It is paused already."
                : await control.PauseAsync(id, user.Actor(), ct) ? null : Meanwhile, ct)).Moves().Named("pauseStudy", "Keep a running study from beginning new rounds; an open one goes on to its end.");
        run.MapPost("/studies/{id:guid}/resume", (Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, StudyControl control, CancellationToken ct) =>
            MoveAsync(id, http, user, store, async study => study.Row.PausedAt is null ? "It is not paused."
                : await control.ResumeAsync(id, user.Actor(), ct) ? null : Meanwhile, ct)).Moves().Named("resumeStudy", "Let a paused study go on: its next round begins at once.");
        run.MapPost("/studies/{id:guid}/cancel", (Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, StudyControl control, CancellationToken ct) =>
            MoveAsync(id, http, user, store, _ => CancelAsync(id, user, control, ct), ct)).Moves().Named("cancelStudy", "End a study for good: running site programs are stopped.");
        run.MapPost("/studies/{id:guid}/archive", (Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, CancellationToken ct) =>
            ArchiveAsync(id, true, http, user, store, ct)).Moves().Named("archiveStudy", "Put an ended study away.");
        run.MapPost("/studies/{id:guid}/restore", (Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, CancellationToken ct) =>
            ArchiveAsync(id, false, http, user, store, ct)).Moves().Named("restoreStudy", "Take a study out of the archive.");
        run.MapPost("/studies/{id:guid}/clone", async (Guid id, ClaimsPrincipal user, DraftStore drafts, CancellationToken ct) =>
            DraftEndpoints.MadeAt(await drafts.CloneAsync(id, user.Actor(), ct) ?? throw ApiRefusal.Missing())).Makes().Named("cloneStudy", "Begin a draft with everything that a study agreed on.");
    }

    /// <returns>Null when it runs, else why not.</returns>
    internal static async Task<string?> StartAsync(Guid id, ClaimsPrincipal user, StudyControl control, ApprovalStore approvals, CancellationToken ct) =>
        await control.StartAsync(id, user.Actor(), ct) ? null : await approvals.WhyNotStartAsync(id, ct) ?? Meanwhile;

    /// <returns>Null when it is ended, else why not.</returns>
    internal static async Task<string?> CancelAsync(Guid id, ClaimsPrincipal user, StudyControl control, CancellationToken ct) =>
        await control.CancelAsync(id, user.Actor(), ct) ? null : Meanwhile;

    private static async Task<Ok<StudyRow[]>> ListAsync(StudyState? state, bool? archived, [AsParameters] ApiPaging page, HttpContext http, StudyStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, [.. (await store.ListAsync(ct)).Where(row => (state is null || row.State == state) && (archived is null || row.ArchivedAt is not null == archived))], row => row.Id.ToString()));

    private static Task<Ok<StudyDetail>> ArchiveAsync(Guid id, bool isArchived, HttpContext http, ClaimsPrincipal user, StudyStore store, CancellationToken ct) =>
        MoveAsync(id, http, user, store, async study => study.Row.ArchivedAt is not null == isArchived ? $"The study is {(isArchived ? "" : "not ")}in the archive already."
            : await store.ArchiveAsync(id, isArchived, user.Actor(), ct) ? null : Meanwhile, ct);

    private static async Task<Ok<StudyDetail>> MoveAsync(Guid id, HttpContext http, ClaimsPrincipal user, StudyStore store, Func<StudyDetail, Task<string?>> move, CancellationToken ct)
    {
        StudyDetail study = await FindAsync(id, user, store, ct);
        http.RequireMatch(study);
        if (await move(study) is { } refusal)
        {
            throw ApiRefusal.Conflict($"The study is {study.Row.State}. {refusal}");
        }

        return TypedResults.Ok(http.Tagged(await FindAsync(id, user, store, ct)));
    }

    private static async Task<Ok<ApprovalView>> SignAsync(
        Guid id, SignPlan body, ClaimsPrincipal user, ApprovalStore approvals, InstitutionStore institutions, SigningDesk desk, CancellationToken ct)
    {
        (await approvals.FindAsync(user.Viewer(), id, ct)).OrMissing();
        InstitutionRow institution = (await institutions.FindAsync(user.Viewer(), body.InstitutionId, ct)).OrMissing();
        if (!SigningDesk.MaySignPlan(user, institution.Id, institution.IsHosted))
        {
            throw ApiRefusal.Forbidden(SigningDesk.NotYours);
        }

        ApiRefusal.ThrowFor(await desk.SignPlanAsync(user, body.Proof, id, institution.Id, body.PlanHash, ct));
        return TypedResults.Ok((await approvals.FindAsync(user.Viewer(), id, ct)).OrMissing());
    }

    private static async Task<PhysicalFileHttpResult> ModelFileAsync(Guid id, int version, RoundStore store, BlobStore blobs, CancellationToken ct)
    {
        ModelRow model = (await store.ModelsAsync(id, ct)).FirstOrDefault(row => row.Version == version).OrMissing();
        return TypedResults.PhysicalFile(blobs.PathOf(model.BlobHash), "application/octet-stream", $"model-{version}.safetensors");
    }

    private static async Task<StudyDetail> FindAsync(Guid id, ClaimsPrincipal user, StudyStore store, CancellationToken ct) => (await store.FindAsync(user.Viewer(), id, ct)).OrMissing();
}
