using System.Net.Mime;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Institutions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>An institution to be admitted without an application.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AdmitInstitution : IApiRequest
{
    public required string Name { get; init; }

    /// <summary>2 to 12 of a-z, 0-9 and '-', beginning with a letter. It cannot be changed later.</summary>
    public required string ShortCode { get; init; }

    /// <summary>True when the portal runs its site program and holds its images. It cannot be changed later.</summary>
    public bool IsHosted { get; init; }
}

/// <summary>Who speaks for an institution.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record InstitutionContact : IApiRequest
{
    public required string Name { get; init; }

    public required string Email { get; init; }
}

/// <summary>How an institution's own site program is tied to the portal; newest first.</summary>
/// <param name="LastSeenAt">Null when it was never heard of.</param>
/// <param name="Refusal">What it was last refused; null when its latest request was answered.</param>
internal sealed record InstitutionEnrolment(
    IReadOnlyList<EnrolmentRow> Enrolments, IReadOnlyList<CertificateRow> Certificates, DateTimeOffset? LastSeenAt, string? Program, string? Refusal);

/// <summary>Institutions of the consortium, their keys and what they gave.</summary>
internal static class InstitutionEndpoints
{
    public static void MapInstitutionApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Institutions");
        api.MapGet("/institutions", ListAsync).Named("listInstitutions", "List the institutions by name.");
        api.MapGet("/institutions/{id:guid}", GetAsync).Named("getInstitution", "Read one institution.");
        api.MapGet("/institutions/{id:guid}/record", async (Guid id, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct) =>
            TypedResults.Ok((await store.RecordAsync(user.Viewer(), id, ct)).OrMissing())).Named("getInstitutionRecord", "Read what an institution gave and what became of it.");
        api.MapGet("/institutions/{id:guid}/enrolment", async (Guid id, ClaimsPrincipal user, EnrolmentStore store, CancellationToken ct) =>
            TypedResults.Ok(EnrolmentOf((await store.FindAsync(user.Viewer(), id, ct)).OrMissing()))).Named("getInstitutionEnrolment", "Read how an institution's own site program is tied to the portal.");
        api.MapGet("/institutions/{id:guid}/withdrawal", WithdrawalAsync).Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Json)
            .Named("getWithdrawal", "Download the signed record of an institution that left.");
        api.MapGet("/keys", async (InstitutionKeyStore store, CancellationToken ct) => TypedResults.Ok(await store.ListAsync(ct))).Named("listKeys", "List the registered keys of all institutions.");
        api.MapPut("/institutions/{id:guid}/contact", ContactAsync).Named("setInstitutionContact", "Say who speaks for an institution.").RequireAuthorization(Policies.BringData);

        RouteGroupBuilder run = endpoints.MapApi("Institutions", Policies.RunStudies);
        run.MapPost("/institutions/{id:guid}/enrolments/{enrolment:guid}/decline", DeclineAsync).Named("declineEnrolment", "End an enrolment of an institution's site program that is not finished.");
        run.MapPost("/institutions/{id:guid}/certificates/{certificate:guid}/revoke", RevokeAsync).Named("revokeCertificate", "Revoke the certificate of an institution's site program: its next request is refused.");
        run.MapPost("/institutions", AdmitAsync).Makes().Named("admitInstitution", "Admit an institution without an application.");
        run.MapPost("/institutions/{id:guid}/suspend", SuspendAsync).Moves().Named("suspendInstitution", "Suspend an institution: it gets no work, and what it was doing is given up.");
        run.MapPost("/institutions/{id:guid}/reactivate", ReactivateAsync).Moves().Named("reactivateInstitution", "Let a suspended institution take part again.");
    }

    private static InstitutionEnrolment EnrolmentOf(EnrolmentView view) => new(view.Enrolments, view.Certificates, view.LastSeenAt, view.Program, view.Refusal);

    private static async Task<Ok<InstitutionRow[]>> ListAsync(
        InstitutionStatus? status, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, [.. (await store.ListAsync(user.Viewer(), ct)).Where(row => status is null || row.Status == status)], row => row.Id.ToString()));

    private static async Task<Ok<InstitutionRow>> GetAsync(Guid id, HttpContext http, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct)
    {
        InstitutionRow row = await FindAsync(id, user, store, ct);
        http.Tagged(WithoutNews(row));
        return TypedResults.Ok(row);
    }

    private static async Task<Created<ApiMade>> AdmitAsync(AdmitInstitution body, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct) =>
        await store.AdmitAsync(body.Name, body.ShortCode.Trim(), body.IsHosted, user.Actor(), ct) is { } id
            ? TypedResults.Created($"{UserEndpoints.Root}/institutions/{id}", new ApiMade(id))
            : throw ApiRefusal.Conflict($"The short code {body.ShortCode} is taken.");

    private static Task<Ok<InstitutionRow>> SuspendAsync(Guid id, ReasonRequest body, HttpContext http, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct) =>
        MoveAsync(id, http, user, store, () => store.SuspendAsync(id, body.Reason.Trim(), user.Actor(), ct), ct);

    private static Task<Ok<InstitutionRow>> ReactivateAsync(Guid id, HttpContext http, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct) =>
        MoveAsync(id, http, user, store, () => store.ReactivateAsync(id, user.Actor(), ct), ct);

    private static async Task<Ok<InstitutionRow>> MoveAsync(Guid id, HttpContext http, ClaimsPrincipal user, InstitutionStore store, Func<Task> move, CancellationToken ct)
    {
        http.RequireMatch(WithoutNews(await FindAsync(id, user, store, ct)));
        await move();
        return await GetAsync(id, http, user, store, ct);
    }

    private static async Task<Ok<InstitutionEnrolment>> DeclineAsync(Guid id, Guid enrolment, ReasonRequest body, ClaimsPrincipal user, EnrolmentStore store, CancellationToken ct)
    {
        (await store.FindAsync(user.Viewer(), id, ct)).OrMissing().Enrolments.FirstOrDefault(row => row.Id == enrolment).OrMissing();
        await store.DeclineAsync(enrolment, body.Reason.Trim(), user.Actor(), ct);
        return TypedResults.Ok(EnrolmentOf((await store.FindAsync(user.Viewer(), id, ct)).OrMissing()));
    }

    private static async Task<Ok<InstitutionEnrolment>> RevokeAsync(Guid id, Guid certificate, ReasonRequest body, ClaimsPrincipal user, EnrolmentStore store, CancellationToken ct)
    {
        CertificateRow known = (await store.FindAsync(user.Viewer(), id, ct)).OrMissing().Certificates.FirstOrDefault(row => row.Id == certificate).OrMissing();
        ApiRefusal.ThrowFor(known.RevokedAt is null ? null : "The certificate is revoked already.");
        await store.RevokeAsync(certificate, body.Reason.Trim(), user.Actor(), ct);
        return TypedResults.Ok(EnrolmentOf((await store.FindAsync(user.Viewer(), id, ct)).OrMissing()));
    }

    private static async Task<NoContent> ContactAsync(Guid id, InstitutionContact body, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct)
    {
        await FindAsync(id, user, store, ct);
        if (!PortalClaims.MayBringDataFor(user, id))
        {
            throw ApiRefusal.Forbidden("Only an admin and the institution's own coordinators name its contact.");
        }

        await store.NameContactAsync(id, body.Name, body.Email, user.Actor(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<FileContentHttpResult> WithdrawalAsync(Guid id, ClaimsPrincipal user, WithdrawalStore store, CancellationToken ct) =>
        TypedResults.File(Encoding.UTF8.GetBytes((await store.RecordAsync(user.Viewer(), id, ct)).OrMissing()), MediaTypeNames.Application.Json, $"withdrawal-{id}.json");

    private static async Task<InstitutionRow> FindAsync(Guid id, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct) => (await store.FindAsync(user.Viewer(), id, ct)).OrMissing();

    // When a program was last heard of is no change of the institution.
    private static InstitutionRow WithoutNews(InstitutionRow row) => row with { LastSeenAt = null };
}
