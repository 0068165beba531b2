using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Privacy;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>What is known beside the attack tests.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AssessRisk : IApiRequest
{
    /// <summary>Age of the newest images, 0 to 1200; null when nobody knows.</summary>
    public int? NewestImageMonths { get; init; }

    /// <summary>Institutions that may pool what they know, 0 to 100,000.</summary>
    public required int Colluders { get; init; }

    /// <summary>For the audit log, where it is put into force.</summary>
    public string Note { get; init; } = "";
}

/// <summary>What the rules say, and what follows.</summary>
internal sealed record RiskAssessment(IReadOnlyList<RiskReason> Reasons, RiskRestriction Restriction);

/// <summary>Assessments of risk.</summary>
internal static class RiskEndpoints
{
    private const int LongestNote = 300;

    public static void MapRiskApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Risk");
        api.MapGet("/studies/{id:guid}/risk", async (Guid id, RiskStore store, CancellationToken ct) => TypedResults.Ok(await FindAsync(id, store, ct)))
            .Named("getRisk", "Read what is known of a study's risk, and which assessments are in force.");
        api.MapPost("/studies/{id:guid}/risk/assess", AssessAsync).Computes().Named("assessRisk", "Say what the rules make of what is known; nothing is put into force.");

        RouteGroupBuilder run = endpoints.MapApi("Risk", Policies.RunStudies);
        run.MapPost("/studies/{id:guid}/risk/decisions", AdoptAsync).Makes().Named("adoptRisk", "Put an assessment into force for coming rounds; it cannot be taken back.");
    }

    private static async Task<Ok<RiskAssessment>> AssessAsync(Guid id, AssessRisk body, RiskStore store, CancellationToken ct)
    {
        RiskView view = await FindAsync(id, store, ct);
        Check(body);
        RiskOutcome outcome = RiskRules.Assess(new RiskInputs(view.Attacks, body.NewestImageMonths, body.Colluders), view.Agreed, view.Institutions);
        return TypedResults.Ok(new RiskAssessment(outcome.Reasons, outcome.Restriction));
    }

    private static async Task<Created<RiskRestriction>> AdoptAsync(Guid id, AssessRisk body, ClaimsPrincipal user, RiskStore store, CancellationToken ct)
    {
        Check(body);
        return await store.AdoptAsync(id, body.NewestImageMonths, body.Colluders, user.Actor(), body.Note, ct) is { } restriction
            ? TypedResults.Created($"{UserEndpoints.Root}/studies/{id}/risk", restriction)
            : throw ApiRefusal.Missing();
    }

    private static void Check(AssessRisk body)
    {
        if (body.NewestImageMonths is < 0 or > 1200)
        {
            throw ApiRefusal.Unfit($"The age must be from 0 to 1200 months, or null, but is {body.NewestImageMonths}.");
        }

        if (body.Colluders is < 0 or > 100_000)
        {
            throw ApiRefusal.Unfit($"The number of colluders must be from 0 to 100000 but is {body.Colluders}.");
        }

        if (body.Note.Length > LongestNote)
        {
            throw ApiRefusal.Unfit($"A note has at most {LongestNote} characters but this one has {body.Note.Length}.");
        }
    }

    private static async Task<RiskView> FindAsync(Guid id, RiskStore store, CancellationToken ct) => (await store.FindAsync(id, ct)).OrMissing();
}
