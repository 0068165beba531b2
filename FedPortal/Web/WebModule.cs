using FedPortal.Api;
using FedPortal.Components;
using FedPortal.Identity;
using FedPortal.Operation.Health;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Features;
using Radzen;

namespace FedPortal.Web;

/// <summary>Pages, headers and the order of the middleware.</summary>
internal static class WebModule
{
    public static void AddPortalPages(this WebApplicationBuilder builder, string[] args)
    {
        if (args.Contains(DemonstrationAtStart.Option, StringComparer.Ordinal))
        {
            builder.Services.AddHostedService<DemonstrationAtStart>();
        }

        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRazorComponents()
            .AddInteractiveServerComponents(options =>
            {
                options.DetailedErrors = builder.Environment.IsDevelopment();
                options.DisconnectedCircuitMaxRetained = 50;
                options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
            })
            .AddHubOptions(options => options.MaximumReceiveMessageSize = 64 * 1024);
        builder.Services.AddRadzenComponents();
        builder.Services.AddPortalCultures(builder.Configuration);
        builder.Services.AddRequestIds();
        builder.Services.AddAntiforgery(options => options.HeaderName = "RequestVerificationToken");
    }

    public static void UsePortalPages(this WebApplication app)
    {
        app.UseRequestIds();
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler(Urls.Error, createScopeForErrors: true);
            app.UseHsts();
        }

        app.UseRequestLocalization();
        app.UseStatusCodePagesWithReExecute(Urls.NotFound, createScopeForStatusCodePages: true);
        app.Use(KeepStatusForMachines);
        app.UseSecurityHeaders();
        app.UseRateLimiter();
        app.UseApiProblems();
        app.UseAuthentication();
        app.UseOneTimePasswordGate();
        app.Use(app.Services.GetRequiredService<SecondFactorGate>().PassAsync);
        app.UseAuthorization();
        app.UseApiGate();
        app.UseAntiforgery();
    }

    /// <summary>Only people who asked for a page get a page in place of a bare status.</summary>
    private static Task KeepStatusForMachines(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || IdentityModule.IsForMachines(context.Request))
        {
            context.Features.GetRequiredFeature<IStatusCodePagesFeature>().Enabled = false;
        }

        return next(context);
    }

    public static void MapPortalPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(PortalHealth.Ready) }).AllowAnonymous();
        app.MapThumbnails();
        app.MapRobustnessPictures();
        app.MapImages();
        app.MapPreviews();
        app.MapUploads();
        app.MapUploadSessions();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}
