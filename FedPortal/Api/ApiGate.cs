using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Antiforgery;

namespace FedPortal.Api;

/// <summary>
/// Stands before every operation of the people's API, after the rights were checked. A cookie needs the page's antiforgery token for whatever changes
/// something; a bearer token does not, because browsers never send one by themselves, but it has limits of its own.
/// </summary>
internal sealed class ApiGate(IAntiforgery antiforgery, ApiRate rate, IdempotencyStore idempotency)
{
    private const string OtherOrigin = "The request did not come from this portal's page. Load the page again, or use an access token.";

    public async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        // Nor does a browser send an inference key by itself.
        if (!ApiProblems.IsApi(http) || http.GetEndpoint() is not { } endpoint || http.User.Identity is not { IsAuthenticated: true } who || who.AuthenticationType == InferenceKeys.Scheme)
        {
            await next(http);
            return;
        }

        ApiTraits traits = ApiTraits.Of(endpoint);
        bool changes = !IsSafe(http.Request.Method) && !traits.ChangesNothing;
        if (AccessTokenScheme.TokenOf(http.User) is { } token)
        {
            if (!rate.Allows(token))
            {
                http.Response.Headers.RetryAfter = "60";
                await ApiProblems.WriteAsync(http, StatusCodes.Status429TooManyRequests, $"A token may make {rate.PerMinute} requests a minute; try again in a minute.");
                return;
            }

            if (TokenProblem(http, traits, changes) is { } problem)
            {
                await ApiProblems.WriteAsync(http, StatusCodes.Status403Forbidden, problem);
                return;
            }
        }
        else if (!IsSafe(http.Request.Method) && endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>() is not { RequiresValidation: false } && !await antiforgery.IsRequestValidAsync(http))
        {
            await ApiProblems.WriteAsync(http, StatusCodes.Status400BadRequest, OtherOrigin);
            return;
        }

        if (traits.MakesSomething && http.Request.Headers.TryGetValue(ApiIdempotency.Header, out var key))
        {
            await new ApiIdempotency(idempotency).PassAsync(http, key.ToString(), next);
        }
        else
        {
            await next(http);
        }
    }

    private static string? TokenProblem(HttpContext http, ApiTraits traits, bool changes) =>
        traits.NeedsPerson is { } why ? $"No access token can do this: {why}"
        : changes && AccessTokenScheme.IsReadOnly(http.User) ? $"The token may only read, but {http.Request.Method} {http.Request.Path} changes something. Make a token that may read and write."
        : null;

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
