using System.Net.Mime;
using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Models;
using FedPortal.Runs;
using FedPortal.Training.Robustness;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Which robustness test is to run, and how; what is left out is as usual.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartRobustness : IApiRequest
{
    public required RobustnessTest Test { get; init; }

    public RobustnessTarget Target { get; init; }

    /// <summary>How many to draw, where phantoms are used.</summary>
    public int Phantoms { get; init; } = RobustnessEndpoints.UsualPhantoms;

    /// <summary>Of FGSM and PGD: grey levels of 255 that a pixel may move.</summary>
    public IReadOnlyList<double>? Budgets { get; init; }

    /// <summary>Of PGD.</summary>
    public int? Steps { get; init; }

    /// <summary>Of wrong labels on phantoms: whether small networks learn from them too.</summary>
    public bool TrainsNetworks { get; init; } = true;
}

/// <summary>What a version can be put to, and what is done where nothing else is asked for.</summary>
internal sealed record RobustnessOffer(IReadOnlyList<RobustnessTarget> Targets, int LeastPhantoms, int MostPhantoms, IReadOnlyList<RobustnessPlan> Plans);

/// <param name="Hash">As the outcome names it.</param>
/// <param name="Address">Where it is.</param>
internal sealed record RobustnessPictureLink(string Hash, string Address);

/// <param name="Pictures">Of phantoms always; empty until the test is done, and where hold-outs were used.</param>
internal sealed record RobustnessTestView(RobustnessRow Test, IReadOnlyList<RobustnessPictureLink> Pictures);

/// <summary>The robustness lab of model versions.</summary>
internal static class RobustnessEndpoints
{
    public const int UsualPhantoms = 120;

    private const string Lab = "/models/{study:guid}/{version:int}/robustness";
    private const string One = Lab + "/{run:guid}";

    public static void MapRobustnessApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Robustness tests");
        api.MapGet(Lab, async (Guid study, int version, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, RobustnessStore store, CancellationToken ct) =>
            TypedResults.Ok(page.Of(http, (await LabAsync(study, version, user, store, ct)).Runs, run => run.Id.ToString())))
            .Named("listRobustnessTests", "List the robustness tests of a model version with their curves, newest first.");
        api.MapGet(Lab + "/plans", PlansAsync).Named("getRobustnessPlans", "Read which robustness tests a model version can be put to, with the usual plan of each.");
        api.MapGet(One, async (Guid study, int version, Guid run, HttpContext http, ClaimsPrincipal user, RobustnessStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(study, version, run, user, store, ct)))).Named("getRobustnessTest", "Read one robustness test: how far it is, or its curves and where its pictures are.");
        api.MapGet(One + "/pictures/{hash}", PictureAsync).Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Image.Png)
            .Named("downloadRobustnessPicture", "Download a picture of a robustness test; it is of a phantom.");

        RouteGroupBuilder judge = endpoints.MapApi("Robustness tests", Policies.JudgeModels);
        judge.MapPost(Lab, StartAsync).Makes().Named("startRobustnessTest", "Start a robustness test of a model version.");
        judge.MapPost(One + "/cancel", CancelAsync).Moves().Named("cancelRobustnessTest", "Stop a robustness test.");
        judge.MapPost(One + "/retry", RetryAsync).MovesAndMakes().Named("retryRobustnessTest", "Run a test that is over once more with the same plan, as a new test.");
    }

    private static async Task<Ok<RobustnessOffer>> PlansAsync(Guid study, int version, ClaimsPrincipal user, RobustnessStore store, CancellationToken ct)
    {
        RobustnessView lab = await LabAsync(study, version, user, store, ct);
        return TypedResults.Ok(new RobustnessOffer(
            lab.KnowsPhantoms ? [RobustnessTarget.Phantoms, RobustnessTarget.Holdouts] : [RobustnessTarget.Holdouts],
            RobustnessSchedule.LeastPhantoms, RobustnessSchedule.MostPhantoms, [.. RobustnessOrder.TestsFor(lab.KnowsPhantoms).Select(RobustnessPlan.For)]));
    }

    private static async Task<Accepted<RobustnessTestView>> StartAsync(
        Guid study, int version, StartRobustness body, ClaimsPrincipal user, RobustnessStore store, RobustnessSchedule schedule, CancellationToken ct)
    {
        RobustnessView lab = await LabAsync(study, version, user, store, ct);
        if (body.Target == RobustnessTarget.Phantoms && !lab.KnowsPhantoms)
        {
            throw ApiRefusal.Unfit($"Phantoms do not show what the study asks for: expected the target {RobustnessTarget.Holdouts} but got {body.Target}.");
        }

        RobustnessPlan plan = new RobustnessOrder(body.Test, body.Target, body.Budgets, body.Steps, body.TrainsNetworks).ToPlan();
        plan.Check();
        int phantoms = body.Target == RobustnessTarget.Phantoms ? body.Phantoms : 0;
        return (RobustnessSchedule.CountProblem(body.Target, phantoms) ?? (body.Target == RobustnessTarget.Holdouts ? RobustnessRun.Refusal(plan) : null)) is { } problem
            ? throw ApiRefusal.Unfit(problem)
            : await BeginAsync(study, version, plan, body.Target, phantoms, user, store, schedule, ct);
    }

    private static async Task<Ok<RobustnessTestView>> CancelAsync(
        Guid study, int version, Guid run, HttpContext http, ClaimsPrincipal user, RobustnessStore store, RobustnessSchedule schedule, CancellationToken ct)
    {
        http.RequireMatch(await FindAsync(study, version, run, user, store, ct));
        ApiRefusal.ThrowFor(await schedule.CancelAsync(run, user.Actor(), ct) ? null : "The test was over already.");
        return TypedResults.Ok(http.Tagged(await FindAsync(study, version, run, user, store, ct)));
    }

    private static async Task<Accepted<RobustnessTestView>> RetryAsync(
        Guid study, int version, Guid run, HttpContext http, ClaimsPrincipal user, RobustnessStore store, RobustnessSchedule schedule, CancellationToken ct)
    {
        RobustnessTestView known = await FindAsync(study, version, run, user, store, ct);
        http.RequireMatch(known);
        return known.Test.State.IsFinal()
            ? await BeginAsync(study, version, known.Test.Plan, known.Test.Target, known.Test.Phantoms, user, store, schedule, ct)
            : throw ApiRefusal.Conflict($"The test is {known.Test.State}; it is run again when it is over.");
    }

    private static async Task<Accepted<RobustnessTestView>> BeginAsync(
        Guid study, int version, RobustnessPlan plan, RobustnessTarget target, int phantoms, ClaimsPrincipal user, RobustnessStore store, RobustnessSchedule schedule, CancellationToken ct)
    {
        ApiRefusal.ThrowFor(await schedule.StartAsync(study, version, plan, target, phantoms, user.Actor(), ct));
        RobustnessRow begun = (await LabAsync(study, version, user, store, ct)).Runs.First(run => run.Test == plan.Test && run.Target == target);
        return TypedResults.Accepted($"{UserEndpoints.Root}/models/{study}/{version}/robustness/{begun.Id}", ViewOf(study, version, begun));
    }

    private static async Task<Results<PhysicalFileHttpResult, NotFound>> PictureAsync(Guid study, int version, Guid run, string hash, RobustnessStore store, BlobStore blobs, CancellationToken ct) =>
        await store.HasPictureAsync(study, version, run, hash, ct) && blobs.Contains(hash)
            ? TypedResults.PhysicalFile(blobs.PathOf(hash), MediaTypeNames.Image.Png)
            : TypedResults.NotFound();

    private static async Task<RobustnessTestView> FindAsync(Guid study, int version, Guid run, ClaimsPrincipal user, RobustnessStore store, CancellationToken ct) =>
        ViewOf(study, version, (await LabAsync(study, version, user, store, ct)).Runs.FirstOrDefault(row => row.Id == run).OrMissing());

    private static RobustnessTestView ViewOf(Guid study, int version, RobustnessRow row) => new(
        row, [.. (row.Outcome?.PictureHashes() ?? []).Distinct().Select(hash => new RobustnessPictureLink(hash, $"{UserEndpoints.Root}/models/{study}/{version}/robustness/{row.Id}/pictures/{hash}"))]);

    private static async Task<RobustnessView> LabAsync(Guid study, int version, ClaimsPrincipal user, RobustnessStore store, CancellationToken ct) =>
        (await store.FindAsync(user.Viewer(), study, version, ct)).OrMissing();
}
