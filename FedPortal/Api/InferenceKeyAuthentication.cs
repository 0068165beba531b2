using System.Security.Claims;
using System.Text.Encodings.Web;
using FedPortal.Data;
using FedPortal.Inference;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace FedPortal.Api;

/// <summary>Authenticates a program by its inference key. Whether a key is unknown, revoked or over is not told.</summary>
internal sealed class InferenceKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, InferenceKeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string sent = Request.Headers[InferenceKeys.Header].ToString();
        if (sent.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        if (await keys.FindAsync(sent, Context.RequestAborted) is not { } key)
        {
            return AuthenticateResult.Fail("The key is unknown, revoked or over.");
        }

        Context.Features.Set(key);
        var identity = new ClaimsIdentity([new Claim("inference-key", key.Id.ToString())], InferenceKeys.Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), InferenceKeys.Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "ApiKey";
        string detail = Request.Headers.ContainsKey(InferenceKeys.Header)
            ? $"The key in {InferenceKeys.Header} is unknown, revoked or over."
            : $"Expected an inference key in the header {InferenceKeys.Header} but the request has none.";
        return TypedResults.Problem(detail, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(Context);
    }
}

internal static class InferenceKeys
{
    public const string Scheme = "InferenceKey";
    public const string Header = "X-Api-Key";

    /// <summary>Only an inference key; a user's cookie does not count.</summary>
    public static AuthorizationPolicy Policy { get; } = new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build();

    public static InferenceKey Of(HttpContext http) =>
        http.Features.Get<InferenceKey>() ?? throw new InvalidOperationException("The endpoint does not require an inference key.");
}
