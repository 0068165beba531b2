using FedPortal.Data;
using FedPortal.Enrolment;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FedPortal.Api;

/// <summary>The protocol of <see cref="EnrolmentRoutes"/>: what a hospital's own site program says before and between assignments.</summary>
internal static class EnrolmentEndpoints
{
    private const int LongestRequest = 64 << 10;
    private const int LongestDataset = 16 << 20;

    public static void MapEnrolment(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder strangers = endpoints.MapGroup("").AllowAnonymous().RequireRateLimiting(EnrolmentModule.StrangersLimit).AddEndpointFilter(AnswerRefusalsAsync);
        strangers.MapGet(EnrolmentRoutes.Authority, (ConsortiumAuthority authority) =>
            TypedResults.Ok(new AuthorityMessage(authority.CertificatePem, EnrolmentRoutes.Protocol, ProgramVersion.Text)));
        strangers.MapPost(EnrolmentRoutes.Enrolment, EnrolAsync).WithMetadata(new RequestSizeLimitAttribute(LongestRequest));

        RouteGroupBuilder sites = endpoints.MapGroup("").RequireAuthorization(SiteCertificates.Policy).RequireRateLimiting(EnrolmentModule.SitesLimit).AddEndpointFilter(AnswerRefusalsAsync);
        sites.MapPost(EnrolmentRoutes.Certificate, RenewAsync).WithMetadata(new RequestSizeLimitAttribute(LongestRequest));
        sites.MapGet(EnrolmentRoutes.Work, WorkAsync);
        sites.MapGet(EnrolmentRoutes.Standing, StandingAsync);
        sites.MapGet(EnrolmentRoutes.DuplicateKey, async (HttpContext http, SiteDatasetDesk desk, CancellationToken cancellationToken) =>
            TypedResults.Ok(await desk.DuplicateKeyAsync(SiteCertificates.Of(http), cancellationToken)));
        sites.MapPut(EnrolmentRoutes.Datasets, RegisterAsync).WithMetadata(new RequestSizeLimitAttribute(LongestDataset));
    }

    private static async Task<Ok<EnrolmentAnswer>> EnrolAsync(EnrolmentRequest request, int? wait, HttpContext http, EnrolmentDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(await desk.EnrolAsync(request, ProgramOf(http), Limited(wait), cancellationToken));

    private static async Task<Ok<CertificateMessage>> RenewAsync(RenewalRequest request, HttpContext http, EnrolmentDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(new CertificateMessage(await desk.RenewAsync(SiteCertificates.Of(http), request, cancellationToken)));

    private static async Task<Results<Ok<WorkMessage>, NoContent>> WorkAsync(
        string kind, int? wait, HttpContext http, WorkDesk desk, EnrolmentStore enrolments, CancellationToken cancellationToken)
    {
        EnrolledSite site = SiteCertificates.Of(http);
        await enrolments.SeeAsync(site.InstitutionId, ProgramOf(http), refusal: null, cancellationToken);
        WorkMessage? work = await desk.NextAsync(site, kind, Limited(wait), cancellationToken);
        return work is null ? TypedResults.NoContent() : TypedResults.Ok(work);
    }

    private static async Task<Ok<StandingMessage>> StandingAsync(HttpContext http, EnrolmentStore enrolments, SiteDatasetDesk datasets, CancellationToken cancellationToken)
    {
        EnrolledSite site = SiteCertificates.Of(http);
        return TypedResults.Ok(new StandingMessage(
            site.InstitutionId, site.Name, site.ShortCode, site.Status.ToString(), site.ExpiresAt, EnrolmentRoutes.Protocol, ProgramVersion.Text,
            await enrolments.StudiesAsync(site.InstitutionId, cancellationToken))
        {
            Notices = await datasets.NoticesAsync(site, cancellationToken),
        });
    }

    private static async Task<NoContent> RegisterAsync(DatasetMessage message, HttpContext http, SiteDatasetDesk desk, CancellationToken cancellationToken)
    {
        await desk.RegisterAsync(SiteCertificates.Of(http), message, cancellationToken);
        return TypedResults.NoContent();
    }

    private static string? ProgramOf(HttpContext http) => http.Request.Headers[EnrolmentRoutes.ProgramHeader].FirstOrDefault();

    private static TimeSpan Limited(int? seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds ?? 0, 0, EnrolmentRoutes.LongestWaitSeconds));

    private static async ValueTask<object?> AnswerRefusalsAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        try
        {
            return await next(invocation);
        }
        catch (EnrolmentRefusal refusal)
        {
            return TypedResults.Problem(refusal.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }
}
