using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Which attack test is to run.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartAttack : IApiRequest
{
    public required AttackKind Kind { get; init; }
}

/// <summary>Attack tests of model versions.</summary>
internal static class AttackEndpoints
{
    private const string Attacks = "/models/{study:guid}/{version:int}/attacks";

    public static void MapAttackApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Attack tests");
        api.MapGet(Attacks, async (Guid study, int version, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
            TypedResults.Ok((await ModelAsync(study, version, user, store, ct)).Attacks)).Named("listAttacks", "List the attack tests of a model version with their results.");
        api.MapGet(Attacks + "/{id:guid}", async (Guid study, int version, Guid id, HttpContext http, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(study, version, id, user, store, ct)))).Named("getAttack", "Read one attack test: how far it is, and what it found.");

        RouteGroupBuilder judge = endpoints.MapApi("Attack tests", Policies.JudgeModels);
        judge.MapPost(Attacks, StartAsync).Makes().Named("startAttack", "Start an attack test of a model version.");
        judge.MapPost(Attacks + "/{id:guid}/cancel", CancelAsync).Moves().Named("cancelAttack", "Stop an attack test.");
    }

    private static async Task<Accepted<AttackRow>> StartAsync(Guid study, int version, StartAttack body, ClaimsPrincipal user, ModelStore store, AttackSchedule schedule, CancellationToken ct)
    {
        await ModelAsync(study, version, user, store, ct);
        ApiRefusal.ThrowFor(await schedule.StartAsync(study, version, body.Kind, user.Actor(), ct) ? null : $"A test of kind {body.Kind} is under way for version {version}.");
        AttackRow begun = (await ModelAsync(study, version, user, store, ct)).Attacks.Where(attack => attack.Kind == body.Kind).MaxBy(attack => attack.CreatedAt)!;
        return TypedResults.Accepted($"{UserEndpoints.Root}/models/{study}/{version}/attacks/{begun.Id}", begun);
    }

    private static async Task<Ok<AttackRow>> CancelAsync(
        Guid study, int version, Guid id, HttpContext http, ClaimsPrincipal user, ModelStore store, AttackSchedule schedule, CancellationToken ct)
    {
        http.RequireMatch(await FindAsync(study, version, id, user, store, ct));
        ApiRefusal.ThrowFor(await schedule.CancelAsync(id, user.Actor(), ct) ? null : "The test is over already.");
        return TypedResults.Ok(http.Tagged(await FindAsync(study, version, id, user, store, ct)));
    }

    private static async Task<AttackRow> FindAsync(Guid study, int version, Guid id, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
        (await ModelAsync(study, version, user, store, ct)).Attacks.FirstOrDefault(attack => attack.Id == id).OrMissing();

    private static async Task<ModelDetail> ModelAsync(Guid study, int version, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
        (await store.FindAsync(user.Viewer(), study, version, ct)).OrMissing();
}
