using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using FedPortal.Data;
using FedPortal.Institutions;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace FedPortal.Enrolment;

/// <summary>Authenticates a hospital's site program by the client certificate of its connection, against the database at every request.</summary>
internal sealed class SiteCertificateHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, EnrolmentStore enrolments)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string NoCertificate = "This request needs the site's client certificate, over HTTPS and without a proxy that ends the connection in between.";

    private string _refusal = NoCertificate;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Connection.ClientCertificate is not { } certificate)
        {
            return AuthenticateResult.NoResult();
        }

        (EnrolledSite? site, string? refusal) = await enrolments.AuthenticateAsync(SiteCertificates.ThumbprintOf(certificate), Context.RequestAborted);
        if (site is null)
        {
            _refusal = refusal!;
            return AuthenticateResult.Fail(refusal!);
        }

        if (site.IsFirstUse)
        {
            await enrolments.CompleteAsync(site, Context.RequestAborted);
        }

        if (site.Status != InstitutionStatus.Active)
        {
            _refusal = $"{site.Name} is {site.Status} in this consortium{(site.SuspensionReason is { } why ? $": {why}" : ".")}";
            await enrolments.SeeAsync(site.InstitutionId, Request.Headers[EnrolmentRoutes.ProgramHeader].FirstOrDefault(), _refusal, Context.RequestAborted);
            return AuthenticateResult.Fail(_refusal);
        }

        Context.Features.Set(site);
        var identity = new ClaimsIdentity([new Claim("institution", site.InstitutionId.ToString())], SiteCertificates.Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SiteCertificates.Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Results.Problem(_refusal, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(Context);
}

internal static class SiteCertificates
{
    public const string Scheme = "SiteCertificate";

    /// <summary>Only a hospital's client certificate; neither a user's cookie nor a session counts.</summary>
    public static AuthorizationPolicy Policy { get; } = new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build();

    /// <summary>The institution whose certificate made the request.</summary>
    public static EnrolledSite Of(HttpContext http) =>
        http.Features.Get<EnrolledSite>() ?? throw new InvalidOperationException("The endpoint does not require a site certificate.");

    /// <summary>SHA-256, lower-case hex.</summary>
    public static string ThumbprintOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
}
