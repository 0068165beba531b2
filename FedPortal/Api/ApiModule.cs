using System.Text.Json.Serialization;
using FedPortal.Data;

namespace FedPortal.Api;

/// <summary>The people's API: its gate, its document, and all of its operations.</summary>
internal static class ApiModule
{
    public static IServiceCollection AddProgramApi(this IServiceCollection services)
    {
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<ApiRate>();
        services.AddSingleton<ApiGate>();

        // So that a refused body comes with the reason; ApiProblems answers it.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        services.AddApiDocument();
        return services;
    }

    /// <summary>Before who asks is known: every refusal gets its words.</summary>
    public static void UseApiProblems(this WebApplication app)
    {
        app.UseWhen(ApiProblems.IsApi, api => api.UseExceptionHandler(failing => failing.Run(ApiProblems.FailAsync)));
        app.Use(ApiProblems.AnswerAsync);
    }

    /// <summary>After rights were checked.</summary>
    public static void UseApiGate(this WebApplication app) => app.Use(app.Services.GetRequiredService<ApiGate>().PassAsync);

    public static void MapProgramApi(this WebApplication app)
    {
        app.MapApiDocument();
        app.MapUserApi();
        app.MapModelApi();
        app.MapInferenceApi();
        app.MapComparisonApi();
        app.MapAuditExports();
        app.MapPrivacyReports();
    }
}
