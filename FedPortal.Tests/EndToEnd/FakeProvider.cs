using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FedPortal.Tests.EndToEnd;

/// <summary>
/// An OpenID Connect provider of the loopback interface that signs whomever the test names, keeps the standard's rules on codes and PKCE, and can be
/// told to break one of them.
/// </summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ClientId = "fedportal-test";
    public const string Secret = "a secret of the test";
    private readonly WebApplication _app;
    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge, string Redirect, bool Anew)> _codes = new();

    private FakeProvider(WebApplication app)
    {
        _app = app;
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Address,
            authorization_endpoint = $"{Address}/authorize",
            token_endpoint = $"{Address}/token",
            jwks_uri = $"{Address}/keys",
        }));
        app.MapGet("/keys", () =>
        {
            RSAParameters key = _key.ExportParameters(false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", kid = "one", use = "sig", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } });
        });
        app.MapGet("/authorize", (string client_id, string state, string nonce, string code_challenge, string redirect_uri, string code_challenge_method, string? prompt) =>
        {
            string code = RandomNumberGenerator.GetHexString(32);
            _codes[code] = (nonce, code_challenge, redirect_uri, prompt == "login");
            return client_id == ClientId && code_challenge_method == "S256" ? Results.Redirect($"{redirect_uri}?code={code}&state={Uri.EscapeDataString(state)}") : Results.BadRequest();
        });
        app.MapPost("/token", async (HttpContext context) =>
        {
            IFormCollection form = await context.Request.ReadFormAsync();
            string expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Uri.EscapeDataString(Secret)}"))}";
            bool isKnown = _codes.TryRemove(form["code"].ToString(), out (string Nonce, string Challenge, string Redirect, bool Anew) asked);
            string challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            return isKnown && context.Request.Headers.Authorization == expected && challenge == asked.Challenge && form["redirect_uri"] == asked.Redirect
                ? Results.Json(new { token_type = "Bearer", access_token = "unused", id_token = Sign(asked.Nonce, asked.Anew) })
                : Results.BadRequest();
        });
    }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Claims of whoever signs in next; they replace or add to the right ones, and a null takes one out.</summary>
    public Dictionary<string, object?> Claims { get; } = new(StringComparer.Ordinal);

    /// <summary>The algorithm the token's header names.</summary>
    public string Algorithm { get; set; } = "RS256";

    /// <summary>True to sign with a key that is not published.</summary>
    public bool UsesForeignKey { get; set; }

    public static async Task<FakeProvider> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var provider = new FakeProvider(app);
        await app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private string Sign(string nonce, bool isAnew)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Dictionary<string, object?> claims = new(StringComparer.Ordinal)
        {
            ["iss"] = Address,
            ["aud"] = ClientId,
            ["sub"] = "person-1",
            ["nonce"] = nonce,
            ["iat"] = now,
            ["exp"] = now + 300,
            ["auth_time"] = isAnew ? now : now - 3600,
            ["email_verified"] = true,
        };
        foreach ((string name, object? value) in Claims)
        {
            claims[name] = value;
        }

        string text = $"{Encode(new { alg = Algorithm, kid = "one", typ = "JWT" })}.{Encode(claims.Where(claim => claim.Value is not null).ToDictionary())}";
        using RSA foreign = RSA.Create(2048);
        byte[] signature = Algorithm == "none" ? [] : (UsesForeignKey ? foreign : _key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
