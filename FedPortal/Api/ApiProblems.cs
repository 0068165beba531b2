using System.Security.Claims;
using FedPortal.Identity;
using Microsoft.AspNetCore.Authorization;

namespace FedPortal.Api;

/// <summary>Gives every refusal of the people's API a body that says why (application/problem+json, RFC 9457).</summary>
internal static class ApiProblems
{
    private const string InUrl = "A token in an address ends up in logs and histories: send it in the header 'Authorization: Bearer fedp_…' only. If it is a real one, revoke it now.";
    private static readonly string[] SecretParameters = ["token", "access_token"];

    public static bool IsApi(HttpContext http) => http.Request.Path.StartsWithSegments(AccessTokenScheme.Root);

    public static async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        if (!IsApi(http))
        {
            await RunAsync(http, next);
            return;
        }

        if (SecretParameters.Any(http.Request.Query.ContainsKey))
        {
            await WriteAsync(http, StatusCodes.Status400BadRequest, InUrl);
            return;
        }

        string? unreadable = await RunAsync(http, next);
        HttpResponse response = http.Response;
        if (http.GetEndpoint() is { } endpoint && !response.HasStarted && response is { StatusCode: >= 400, ContentType: null } && response.ContentLength is null or 0)
        {
            await WriteAsync(http, response.StatusCode, unreadable ?? await WordsAsync(http, endpoint));
        }
    }

    public static Task WriteAsync(HttpContext http, int status, string detail)
    {
        http.Response.StatusCode = status;
        return TypedResults.Problem(detail, statusCode: status).ExecuteAsync(http);
    }

    /// <summary>The last resort: a fault of ours, told without its inner workings.</summary>
    public static Task FailAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return WriteAsync(http, StatusCodes.Status500InternalServerError, "Something went wrong in the portal. Its log has the reason.");
    }

    // A parameter or body that cannot be read: for the API with its words, for all others as the bare status that it always was.
    private static async Task<string?> RunAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            return null;
        }
        catch (BadHttpRequestException unreadable) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = unreadable.StatusCode;
            return $"{unreadable.Message}{(unreadable.InnerException is { } inner ? $" {inner.Message}" : "")}";
        }
    }

    private static async Task<string> WordsAsync(HttpContext http, Endpoint endpoint) => http.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized when AccessTokenScheme.IsBearer(http.Request) => "The token is unknown, revoked or expired, or its account is disabled: WWW-Authenticate says which.",
        StatusCodes.Status401Unauthorized => "Sign in, or send an access token: 'Authorization: Bearer fedp_…'.",
        StatusCodes.Status403Forbidden => await WhyForbiddenAsync(http, endpoint),
        StatusCodes.Status404NotFound => ApiRefusal.NotThere,
        int status => $"The request was refused with status {status}.",
    };

    private static async Task<string> WhyForbiddenAsync(HttpContext http, Endpoint endpoint)
    {
        if (http.User.HasClaim(claim => claim.Type == PortalClaims.MustChangePassword))
        {
            return "The account's one-time password must be replaced first, on the page /account/password.";
        }

        if (await http.RequestServices.GetRequiredService<SecondFactorGate>().IsClosedForAsync(http.User, http.RequestAborted))
        {
            return "The consortium demands a second factor of admins, and this session or token was made without one.";
        }

        string[] needed = await ApiRoles.NeededAsync(http.RequestServices, endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>());
        string have = string.Join(", ", http.User.FindAll(ClaimTypes.Role).Select(role => role.Value));
        return needed.Any(http.User.IsInRole) || needed.Length == 0
            ? $"It belongs to another institution, or {(have.Length > 0 ? have : "no role")} is not enough for it."
            : $"This needs the role {string.Join(" or ", needed)}, but you are {(have.Length > 0 ? have : "without a role")}.";
    }
}
