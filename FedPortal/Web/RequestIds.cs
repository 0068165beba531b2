using System.Diagnostics;

namespace FedPortal.Web;

/// <summary>One id for a request in its answer, in every problem it is told and in every line of the log: who asks for help names it.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    /// <summary>The trace's id, which the log's scopes carry as TraceId.</summary>
    public static string Of(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    public static void AddRequestIds(this IServiceCollection services) =>
        services.AddProblemDetails(options => options.CustomizeProblemDetails = problem => problem.ProblemDetails.Extensions["requestId"] = Of(problem.HttpContext));

    public static void UseRequestIds(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.Headers[Header] = Of(context);
        return next(context);
    });
}
