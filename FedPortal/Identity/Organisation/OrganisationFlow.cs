using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FedPortal.Components;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity.Organisation;

/// <summary>What came back from the provider.</summary>
/// <param name="Identity">Null where the answer is refused, for the reason in <paramref name="Problem"/>.</param>
/// <param name="Confirming">The session whose owner was to sign in anew; null for an ordinary sign-in.</param>
internal sealed record OrganisationAnswer(OrganisationIdentity? Identity, string ReturnUrl, Guid? Confirming, string? Problem);

/// <summary>
/// The authorization code flow with PKCE (RFC 7636), state and nonce. What must come back is kept in one encrypted cookie of this browser, for ten
/// minutes and for one answer.
/// </summary>
internal sealed class OrganisationFlow(
    OrganisationDirectory directory, IHttpClientFactory clients, IDataProtectionProvider protection, IOptions<OrganisationOptions> options, IOptions<AccountOptions> accounts, TimeProvider clock)
{
    private const string Cookie = "fedportal-organisation";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("FedPortal.Organisation").ToTimeLimitedDataProtector();

    /// <returns>Where the browser goes to sign in at the organisation.</returns>
    /// <param name="context">The browser's request.</param>
    /// <param name="returnUrl">Where it goes afterwards.</param>
    /// <param name="confirming">The session whose owner is to sign in there anew; null for an ordinary sign-in.</param>
    public async Task<string> BeginAsync(HttpContext context, string? returnUrl, Guid? confirming = null)
    {
        OrganisationAddresses addresses = await directory.AddressesAsync(context.RequestAborted);
        var attempt = new Attempt(SecretToken.Create(), SecretToken.Create(), SecretToken.Create(), Urls.IsLocal(returnUrl) ? returnUrl! : Urls.Overview, confirming, clock.GetUtcNow());
        context.Response.Cookies.Append(Cookie, _protector.Protect(JsonSerializer.Serialize(attempt), Patience), CookieOptions(context));
        Dictionary<string, string?> anew = confirming is null ? [] : new() { ["prompt"] = "login", ["max_age"] = "0" };
        return QueryHelpers.AddQueryString(addresses.Authorization.ToString(), new Dictionary<string, string?>(anew)
        {
            ["client_id"] = options.Value.ClientId,
            ["response_type"] = "code",
            ["scope"] = "openid email profile",
            ["redirect_uri"] = BackAddress(context),
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier))),
            ["code_challenge_method"] = "S256",
        });
    }

    /// <returns>Who came back, or why the answer is refused.</returns>
    public async Task<OrganisationAnswer> EndAsync(HttpContext context, string? code, string? state)
    {
        Attempt? attempt = TakeAttempt(context);
        if (attempt is null || state is null || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(attempt.State)))
        {
            return new(null, Urls.Overview, null, "The answer belongs to no sign-in of this browser.");
        }

        if (string.IsNullOrEmpty(code))
        {
            return new(null, attempt.ReturnUrl, attempt.Confirming, "The provider gave no code.");
        }

        OrganisationAddresses addresses = await directory.AddressesAsync(context.RequestAborted);
        if (await ExchangeAsync(context, addresses, code, attempt) is not { } token)
        {
            return new(null, attempt.ReturnUrl, attempt.Confirming, "The provider did not exchange the code for an ID token.");
        }

        (OrganisationIdentity? identity, string? problem) = await IdToken.ReadAsync(
            token, addresses.Issuer, options.Value.ClientId, attempt.Nonce, keyId => directory.KeyAsync(keyId, context.RequestAborted), clock.GetUtcNow());
        if (attempt.Confirming is not null && identity is not null && !(identity.AuthenticatedAt >= attempt.BegunAt - ClockSkew))
        {
            return new(null, attempt.ReturnUrl, attempt.Confirming, $"The provider was asked at {attempt.BegunAt:u} to sign the person in anew, but says it did so at {identity.AuthenticatedAt?.ToString("u") ?? "no time"}.");
        }

        return new(identity, attempt.ReturnUrl, attempt.Confirming, problem);
    }

    private async Task<string?> ExchangeAsync(HttpContext context, OrganisationAddresses addresses, string code, Attempt attempt)
    {
        using HttpClient client = clients.CreateClient(OrganisationDirectory.Client);
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = BackAddress(context),
            ["client_id"] = options.Value.ClientId,
            ["code_verifier"] = attempt.Verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, addresses.Token);
        if (await options.Value.ReadSecretAsync(context.RequestAborted) is { } secret)
        {
            string pair = $"{Uri.EscapeDataString(options.Value.ClientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }

        request.Content = new FormUrlEncodedContent(fields);
        using HttpResponseMessage answer = await client.SendAsync(request, context.RequestAborted);
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }

        try
        {
            using JsonDocument? document = await answer.Content.ReadFromJsonAsync<JsonDocument>(context.RequestAborted);
            return document?.RootElement.TryGetProperty("id_token", out JsonElement token) is true ? token.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Attempt? TakeAttempt(HttpContext context)
    {
        string? sealedAttempt = context.Request.Cookies[Cookie];
        context.Response.Cookies.Delete(Cookie, CookieOptions(context));
        try
        {
            return sealedAttempt is null ? null : JsonSerializer.Deserialize<Attempt>(_protector.Unprotect(sealedAttempt));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // Lax: the browser comes back from the provider by a link.
    private static CookieOptions CookieOptions(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = Urls.OrganisationBack,
        MaxAge = Patience,
        IsEssential = true,
    };

    private string BackAddress(HttpContext context)
    {
        string root = accounts.Value.PublicUrl.Length > 0 ? accounts.Value.PublicUrl.TrimEnd('/') : $"{context.Request.Scheme}://{context.Request.Host}";
        return root + Urls.OrganisationBack;
    }

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private sealed record Attempt(string State, string Nonce, string Verifier, string ReturnUrl, Guid? Confirming, DateTimeOffset BegunAt);
}
