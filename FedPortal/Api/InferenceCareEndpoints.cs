using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Inference;
using FedPortal.Jobs.Inference;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>How often a study's released model is measured again.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetInterval : IApiRequest
{
    /// <summary>0 is never.</summary>
    public required int Days { get; init; }
}

/// <param name="IntervalDays">0 when it is measured only when somebody asks.</param>
/// <param name="NextAt">Null for never.</param>
/// <param name="Checks">Those under way first, then the newest.</param>
internal sealed record RevalidationsView(int IntervalDays, DateTimeOffset? NextAt, IReadOnlyList<RevalidationRow> Checks);

/// <summary>What a new inference key is for.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MakeInferenceKey : IApiRequest
{
    public required Guid StudyId { get; init; }

    /// <summary>Who answers for its use.</summary>
    public required Guid InstitutionId { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public int RequestsPerDay { get; init; } = 1000;

    public int RequestsPerMinute { get; init; } = 20;
}

/// <param name="Key">It is not stored and cannot be shown again.</param>
internal sealed record InferenceKeyMade(string Key);

/// <summary>What becomes of released models in use: drift, re-validation, and the keys of programs that ask them.</summary>
internal static class InferenceCareEndpoints
{
    private const int MostChecks = 100;
    private const string Checks = "/models/{study:guid}/{version:int}/revalidations";

    public static void MapInferenceCareApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Inference");
        api.MapGet("/models/{study:guid}/{version:int}/drift", async (Guid study, int version, DriftStore store, CancellationToken ct) =>
            TypedResults.Ok((await store.FindAsync(study, version, ct)).OrMissing())).Named("getDrift", "Read what a released model version is asked, against what it was measured on.");
        api.MapGet(Checks, async (Guid study, int version, HttpContext http, ClaimsPrincipal user, InferenceStore models, RevalidationStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await ChecksAsync(study, version, user, models, store, ct)))).Named("listRevalidations", "List the re-validations of a released model version, and when the next is due.");
        api.MapGet("/inference/keys", async ([AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, InferenceKeyStore store, CancellationToken ct) =>
            TypedResults.Ok(page.Of(http, await store.ListAsync(user.Viewer(), ct), row => row.Id.ToString()))).Named("listInferenceKeys", "List inference keys that you may see, newest first; never the keys themselves.");

        RouteGroupBuilder run = endpoints.MapApi("Inference", Policies.RunStudies);
        run.MapPost(Checks, StartAsync).MovesAndMakes().Named("startRevalidation", "Have a released model version measured again by every institution of its study.");
        run.MapPut("/studies/{id:guid}/revalidation-interval", SetAsync).Named("setRevalidationInterval", "Say how often a study's released model is measured again by itself.");
        run.MapPost("/inference/keys", MakeAsync).Makes().Named("makeInferenceKey", "Make a key with which one institution's program may ask a study's released model.");
        run.MapDelete("/inference/keys/{id:guid}", RevokeAsync).Named("revokeInferenceKey", "Revoke an inference key: its program is refused at once.");
    }

    private static async Task<Accepted<RevalidationsView>> StartAsync(
        Guid study, int version, HttpContext http, ClaimsPrincipal user, InferenceStore models, RevalidationStore store, InferenceSchedule schedule, CancellationToken ct)
    {
        http.RequireMatch(await ChecksAsync(study, version, user, models, store, ct));
        ApiRefusal.ThrowFor(await schedule.RevalidateAsync(study, version, user.Actor(), ct) ? null : "A re-validation of this version is under way.");
        return TypedResults.Accepted($"{UserEndpoints.Root}/models/{study}/{version}/revalidations", http.Tagged(await ChecksAsync(study, version, user, models, store, ct)));
    }

    private static async Task<NoContent> SetAsync(Guid id, SetInterval body, ClaimsPrincipal user, StudyStore studies, RevalidationStore store, CancellationToken ct)
    {
        (await studies.FindRowAsync(id, ct)).OrMissing();
        await store.SetIntervalAsync(id, body.Days, user.Actor(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Created<InferenceKeyMade>> MakeAsync(MakeInferenceKey body, ClaimsPrincipal user, InferenceStore models, InferenceKeyStore store, CancellationToken ct)
    {
        if (await models.FindAsync(body.StudyId, version: null, ct) is null)
        {
            throw ApiRefusal.Conflict("No version of this study's model is released, so there is nothing to make a key for.");
        }

        var offer = new InferenceKeyOffer(body.StudyId, body.InstitutionId, body.Name, body.RequestsPerDay, body.RequestsPerMinute, body.ExpiresAt.ToUniversalTime());
        return TypedResults.Created($"{UserEndpoints.Root}/inference/keys", new InferenceKeyMade(await store.CreateAsync(offer, user.Actor(), ct)));
    }

    private static async Task<NoContent> RevokeAsync(Guid id, ClaimsPrincipal user, InferenceKeyStore store, CancellationToken ct)
    {
        (await store.ListAsync(user.Viewer(), ct)).FirstOrDefault(row => row.Id == id).OrMissing();
        ApiRefusal.ThrowFor(await store.RevokeAsync(id, user.Actor(), ct));
        return TypedResults.NoContent();
    }

    private static async Task<RevalidationsView> ChecksAsync(Guid study, int version, ClaimsPrincipal user, InferenceStore models, RevalidationStore store, CancellationToken ct)
    {
        (await models.FindAsync(study, version, ct)).OrMissing();
        ModelWatch? watch = await store.WatchAsync(study, ct);
        return new RevalidationsView(watch?.IntervalDays ?? 0, watch?.NextAt, await store.ListAsync(user.Viewer(), study, version, MostChecks, ct));
    }
}
