using System.Security.Claims;
using System.Text.Encodings.Web;
using FedPortal.Data;
using FedPortal.Enrolment;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FedPortal.Api;

/// <summary>Authenticates a site program by the session that its one-time token was exchanged for. A superseded session is unknown.</summary>
internal sealed class SiteSessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AssignmentStore assignments, EnrolmentStore enrolments)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string header = Request.Headers[HeaderNames.Authorization].ToString();
        if (!header.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return AuthenticateResult.NoResult();
        }

        AssignmentContext? context = await assignments.FindBySessionAsync(header[Prefix.Length..].Trim(), Context.RequestAborted);
        if (context is null)
        {
            return AuthenticateResult.Fail("The session is unknown, or a later attempt took its place.");
        }

        if (await CertificateProblemAsync(context) is { } problem)
        {
            return AuthenticateResult.Fail(problem);
        }

        Context.Features.Set(context);
        var identity = new ClaimsIdentity([new Claim("assignment", context.Assignment.Id.ToString())], SiteSession.Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SiteSession.Scheme));
    }

    // In the name of an institution with a program of its own, a session is worth nothing without the certificate: so a revocation also ends work that is going on.
    private async Task<string?> CertificateProblemAsync(AssignmentContext context)
    {
        if (context.IsHosted || context.Assignment.InstitutionId is not { } institution || !await enrolments.NeedsCertificateAsync(institution, Context.RequestAborted))
        {
            return null;
        }

        if (Context.Connection.ClientCertificate is not { } certificate)
        {
            return "The session needs the site's client certificate.";
        }

        (EnrolledSite? site, string? refusal) = await enrolments.AuthenticateAsync(SiteCertificates.ThumbprintOf(certificate), Context.RequestAborted);
        return site?.InstitutionId == institution ? null : refusal ?? "The certificate is another institution's.";
    }
}

internal static class SiteSession
{
    public const string Scheme = "Site";

    /// <summary>Only a site program's session; a user's cookie does not count.</summary>
    public static AuthorizationPolicy Policy { get; } = new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build();

    /// <summary>The assignment whose session made the request.</summary>
    public static AssignmentContext Of(HttpContext http) =>
        http.Features.Get<AssignmentContext>() ?? throw new InvalidOperationException("The endpoint does not require a site session.");
}
