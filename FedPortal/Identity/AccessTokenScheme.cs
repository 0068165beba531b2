using System.Security.Claims;
using System.Text.Encodings.Web;
using FedPortal.Components;
using FedPortal.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FedPortal.Identity;

/// <summary><c>Authorization: Bearer fedp_…</c>, beside the cookie, for the people's API and nothing else.</summary>
internal static class AccessTokenScheme
{
    public const string Name = "AccessToken";

    /// <summary>The only addresses that take a token.</summary>
    public static readonly PathString Root = Urls.Api;

    private const string Bearer = "Bearer ";

    /// <returns>This scheme's name for a request of the API that brings a bearer token, else null.</returns>
    public static string? ForwardFor(HttpContext context) => IsBearer(context.Request) ? Name : null;

    public static bool IsBearer(HttpRequest request) =>
        request.Path.StartsWithSegments(Root) && request.Headers[HeaderNames.Authorization].ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    public static string SecretOf(HttpRequest request) => request.Headers[HeaderNames.Authorization].ToString()[Bearer.Length..].Trim();

    /// <returns>The token that the user came with; null for a cookie.</returns>
    public static Guid? TokenOf(ClaimsPrincipal user) => Guid.TryParse(user.FindFirstValue(PortalClaims.Token), out Guid id) ? id : null;

    public static bool IsReadOnly(ClaimsPrincipal user) => user.HasClaim(PortalClaims.TokenScope, nameof(TokenScope.Read));
}

/// <summary>Authenticates a program by its person's token, with the roles and institutions that the person has at this moment.</summary>
internal sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder,
    AccessTokenStore tokens, UserManager<PortalUser> users, IUserClaimsPrincipalFactory<PortalUser> claims, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Unknown = "The token is not one of this portal's.";
    private string? _refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AccessTokenScheme.IsBearer(Request))
        {
            return AuthenticateResult.NoResult();
        }

        AccessToken? token = await tokens.FindAsync(AccessTokenScheme.SecretOf(Request), Context.RequestAborted);
        _refusal = token is null ? Unknown : token.Refusal(clock.GetUtcNow());
        PortalUser? user = _refusal is null ? await users.FindByIdAsync(token!.UserId.ToString()) : null;
        _refusal ??= user is null or { IsDisabled: true } ? "The account behind the token is disabled." : null;
        if (_refusal is not null)
        {
            return AuthenticateResult.Fail(_refusal);
        }

        await tokens.SeeAsync(token!, Context.RequestAborted);
        return AuthenticateResult.Success(new AuthenticationTicket(await PrincipalAsync(user!, token!), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"FedPortal\", error=\"invalid_token\", error_description=\"{_refusal ?? Unknown}\"";
        return Task.CompletedTask;
    }

    private async Task<ClaimsPrincipal> PrincipalAsync(PortalUser user, AccessToken token)
    {
        var known = (ClaimsIdentity)(await claims.CreateAsync(user)).Identity!;
        var identity = new ClaimsIdentity(known.Claims, Scheme.Name, known.NameClaimType, known.RoleClaimType);
        identity.AddClaim(new Claim(PortalClaims.Token, token.Id.ToString()));
        identity.AddClaim(new Claim(PortalClaims.TokenName, token.Name));
        identity.AddClaim(new Claim(PortalClaims.TokenScope, token.Scope.ToString()));
        if (token.HasSecondFactor)
        {
            identity.AddClaim(new Claim(PortalClaims.TokenHasSecondFactor, "true"));
        }

        return new ClaimsPrincipal(identity);
    }
}
