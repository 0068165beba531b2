using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FedPortal.Identity.Organisation;

/// <summary>Whom the provider vouches for.</summary>
/// <param name="HasSecondFactor">The provider says that it asked for more than one factor (RFC 8176: "mfa", or a key or code beside a password).</param>
/// <param name="AuthenticatedAt">When the provider last asked the person to sign in (<c>auth_time</c>); null where it does not say.</param>
internal sealed record OrganisationIdentity(string Issuer, string Subject, string? VerifiedEmail, bool HasSecondFactor, DateTimeOffset? AuthenticatedAt = null);

/// <summary>
/// Checks an ID token as OpenID Connect Core 1.0, section 3.1.3.7 demands: signature by a key of the provider, issuer, audience, authorised party,
/// time, nonce. Only RS256, PS256 and ES256 are taken; "none" and the symmetric algorithms are not.
/// </summary>
internal static class IdToken
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);
    private static readonly string[] StrongMethods = ["mfa", "otp", "hwk", "swk", "fpt", "face", "sc"];

    /// <returns>The identity, or why the token is refused.</returns>
    public static async Task<(OrganisationIdentity? Identity, string? Problem)> ReadAsync(
        string token, string issuer, string clientId, string nonce, Func<string?, Task<JsonElement?>> keyOf, DateTimeOffset now)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3 || !TryDecode(parts[0], out byte[] headerBytes) || !TryDecode(parts[1], out byte[] claimBytes) || !TryDecode(parts[2], out byte[] signature)
            || !TryParse(headerBytes, out JsonElement header) || !TryParse(claimBytes, out JsonElement claims))
        {
            return (null, "The ID token is not a signed JSON web token.");
        }

        string? algorithm = Text(header, "alg");
        if (await keyOf(Text(header, "kid")) is not { } key || !Verify(key, algorithm, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature))
        {
            return (null, $"The ID token's signature ({algorithm ?? "no algorithm"}) is not by a key of the provider.");
        }

        return ProblemOf(claims, issuer, clientId, nonce, now) is { } problem ? (null, problem) : (IdentityOf(claims, issuer), null);
    }

    private static string? ProblemOf(JsonElement claims, string issuer, string clientId, string nonce, DateTimeOffset now) =>
        Text(claims, "iss") != issuer ? "The ID token is of another issuer."
        : !TextsOf(claims, "aud").Contains(clientId, StringComparer.Ordinal) ? "The ID token is for another program."
        : TextsOf(claims, "aud").Count > 1 && Text(claims, "azp") != clientId ? "The ID token was given to another program."
        : Text(claims, "nonce") != nonce ? "The ID token answers another sign-in."
        : Time(claims, "exp") is not { } end || now > end + ClockSkew ? "The ID token has expired."
        : Time(claims, "iat") is not { } issued || issued > now + ClockSkew ? "The ID token is from the future."
        : Time(claims, "nbf") is { } start && start > now + ClockSkew ? "The ID token is not valid yet."
        : string.IsNullOrEmpty(Text(claims, "sub")) ? "The ID token names nobody."
        : null;

    private static OrganisationIdentity IdentityOf(JsonElement claims, string issuer)
    {
        bool isVerified = claims.TryGetProperty("email_verified", out JsonElement verified)
            && (verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.GetString() == "true"));
        return new OrganisationIdentity(
            issuer, Text(claims, "sub")!, isVerified ? Text(claims, "email") : null, TextsOf(claims, "amr").Any(method => StrongMethods.Contains(method, StringComparer.Ordinal)),
            Time(claims, "auth_time"));
    }

    private static bool Verify(JsonElement key, string? algorithm, byte[] text, byte[] signature)
    {
        try
        {
            switch (algorithm, Text(key, "kty"))
            {
                case ("RS256" or "PS256", "RSA"):
                    using (var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") }))
                    {
                        return rsa.KeySize >= 2048 && rsa.VerifyData(text, signature, HashAlgorithmName.SHA256, algorithm == "RS256" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss);
                    }

                case ("ES256", "EC") when Text(key, "crv") == "P-256":
                    using (var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } }))
                    {
                        return ec.VerifyData(text, signature, HashAlgorithmName.SHA256);
                    }

                default:
                    return false;
            }
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Bytes(JsonElement key, string name) =>
        Text(key, name) is { } text && TryDecode(text, out byte[] bytes) ? bytes : throw new CryptographicException($"The key has no '{name}'.");

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double seconds) && Math.Abs(seconds) < 1e11
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IReadOnlyList<string> TextsOf(JsonElement element, string name) => !element.TryGetProperty(name, out JsonElement value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
        : [];

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bool isValid = Base64Url.IsValid(text);
        bytes = isValid ? Base64Url.DecodeFromChars(text) : [];
        return isValid;
    }

    private static bool TryParse(byte[] json, out JsonElement element)
    {
        try
        {
            element = JsonDocument.Parse(json).RootElement;
            return element.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            element = default;
            return false;
        }
    }
}
