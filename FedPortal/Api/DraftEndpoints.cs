using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Studies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>What is wrong with a form, field by field.</summary>
internal sealed record FormCheck(bool IsValid, IReadOnlyList<FieldProblem> Problems);

/// <summary>What can be said about a study before anybody signs.</summary>
/// <param name="Problems">What is wrong with the form; the plan is for the fields that are right.</param>
/// <param name="PrivacyReason">Why the plan has no privacy forecast; empty where it has one.</param>
/// <param name="EncryptionReason">Why no parameters fit; empty where some do.</param>
internal sealed record DraftForecast(IReadOnlyList<FieldProblem> Problems, FlightPlan Plan, string PrivacyReason, string EncryptionReason);

/// <summary>Studies that are being written: forms of text fields, right or wrong, until they are proposed.</summary>
internal static class DraftEndpoints
{
    public static void MapDraftApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Drafts", Policies.RunStudies);
        api.MapGet("/drafts", async ([AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, DraftStore drafts, CancellationToken ct) =>
            TypedResults.Ok(page.Of(http, await drafts.ListAsync(user.Viewer(), ct), row => row.Id.ToString()))).Named("listDrafts", "List the studies that are being written.");
        api.MapGet("/drafts/{id:guid}", async (Guid id, HttpContext http, ClaimsPrincipal user, DraftStore drafts, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(id, user, drafts, ct)))).Named("getDraft", "Read a draft as it was typed.");
        api.MapPost("/drafts", async (StudyForm form, ClaimsPrincipal user, DraftStore drafts, CancellationToken ct) => MadeAt(await drafts.CreateAsync(form, user.Actor(), ct)))
            .Makes().Named("createDraft", "Begin a study; fields that are left out have their usual values.");
        api.MapPut("/drafts/{id:guid}", SaveAsync).Moves().Named("saveDraft", "Replace a draft.");
        api.MapDelete("/drafts/{id:guid}", DeleteAsync).Moves().Named("deleteDraft", "Throw a draft away.");
        api.MapPost("/drafts/check", (StudyForm form) => TypedResults.Ok(CheckOf(form))).Computes().Named("checkForm", "Say what is wrong with a form, without keeping it.");
        api.MapGet("/drafts/{id:guid}/check", async (Guid id, ClaimsPrincipal user, DraftStore drafts, CancellationToken ct) => TypedResults.Ok(CheckOf(await FindAsync(id, user, drafts, ct))))
            .Named("checkDraft", "Say what is wrong with a draft, field by field.");
        api.MapGet("/drafts/{id:guid}/flight-plan", ForecastAsync).Named("forecastDraft", "Work out the flight plan of a draft: privacy, error, traffic, time and evidence.");
        api.MapPost("/drafts/{id:guid}/propose", ProposeAsync).MovesAndMakes().Named("proposeDraft", "Make a study of a draft, freeze its flight plan and ask the institutions to sign it.");
    }

    internal static Created<ApiMade> MadeAt(Guid draft) => TypedResults.Created($"{UserEndpoints.Root}/drafts/{draft}", new ApiMade(draft));

    private static async Task<NoContent> SaveAsync(Guid id, StudyForm form, HttpContext http, ClaimsPrincipal user, DraftStore drafts, CancellationToken ct)
    {
        http.RequireMatch(await FindAsync(id, user, drafts, ct));
        return await drafts.SaveAsync(id, form, ct) ? TypedResults.NoContent() : throw ApiRefusal.Missing();
    }

    private static async Task<NoContent> DeleteAsync(Guid id, HttpContext http, ClaimsPrincipal user, DraftStore drafts, CancellationToken ct)
    {
        http.RequireMatch(await FindAsync(id, user, drafts, ct));
        await drafts.DeleteAsync(id, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<DraftForecast>> ForecastAsync(Guid id, ClaimsPrincipal user, DraftStore drafts, StudyPlanner planner, TimeProvider clock, CancellationToken ct)
    {
        StudyReading reading = StudyFormReader.Read(await FindAsync(id, user, drafts, ct));
        (StudyForecast forecast, IReadOnlyList<PlannedSeat> seats) = await planner.ForecastAsync(reading.Design, reading.Roster, reading.HoldoutDatasetId, ct);
        return TypedResults.Ok(new DraftForecast(reading.Problems, forecast.ToPlan(reading.Design, seats, clock.GetUtcNow()), forecast.PrivacyReason, forecast.EncryptionReason));
    }

    private static async Task<Created<ApiMade>> ProposeAsync(Guid id, HttpContext http, ClaimsPrincipal user, DraftStore drafts, StudyPlanner planner, CancellationToken ct)
    {
        http.RequireMatch(await FindAsync(id, user, drafts, ct));
        (Guid? study, IReadOnlyList<string> problems) = await planner.ProposeAsync(id, user.Actor(), ct);
        return study is { } made
            ? TypedResults.Created($"{UserEndpoints.Root}/studies/{made}", new ApiMade(made))
            : throw ApiRefusal.Unfit(string.Join(' ', problems));
    }

    private static FormCheck CheckOf(StudyForm form)
    {
        StudyReading reading = StudyFormReader.Read(form);
        return new FormCheck(reading.Problems.Count == 0, reading.Problems);
    }

    private static async Task<StudyForm> FindAsync(Guid id, ClaimsPrincipal user, DraftStore drafts, CancellationToken ct) => (await drafts.FindAsync(user.Viewer(), id, ct)).OrMissing();
}
