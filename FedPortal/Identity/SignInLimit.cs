using System.Threading.RateLimiting;
using FedPortal.Components;
using Microsoft.AspNetCore.RateLimiting;

namespace FedPortal.Identity;

/// <summary>At most so many sign-in attempts a minute from one address: lockout protects one account, this protects them all.</summary>
internal static class SignInLimit
{
    public const int DefaultPerMinute = 20;

    /// <summary>Requests with an access token from one address, whoever they are from: before any of them is looked up.</summary>
    public const int DefaultApiPerMinute = 3000;

    public static void Configure(RateLimiterOptions options, int perMinute, int apiPerMinute)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            IsAttempt(context.Request) ? PerMinute(AddressOf(context), perMinute)
            : AccessTokenScheme.IsBearer(context.Request) ? PerMinute($"API {AddressOf(context)}", apiPerMinute)
            : RateLimitPartition.GetNoLimiter("others"));
        options.OnRejected = async (context, cancellationToken) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = "60";
            await context.HttpContext.Response.WriteAsync("Too many attempts from this address. Try again in a minute.", cancellationToken);
        };
    }

    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    public static RateLimitPartition<string> PerMinute(string key, int permits) => RateLimitPartition.GetSlidingWindowLimiter(
        key, _ => new SlidingWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 });

    // Every form of the account pages guesses a secret or makes one; the public form could be used to flood the admins.
    private static bool IsAttempt(HttpRequest request) => HttpMethods.IsPost(request.Method)
        && (request.Path.StartsWithSegments(Urls.Account) || request.Path.StartsWithSegments(Urls.Consultation));
}
