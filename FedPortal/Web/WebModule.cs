using FedPortal.Components;
using FedPortal.Identity;
using Radzen;

namespace FedPortal.Web;

/// <summary>Pages, headers and the order of the middleware.</summary>
internal static class WebModule
{
    public static void AddPortalPages(this WebApplicationBuilder builder)
    {
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
        builder.Services.AddAntiforgery(options => options.HeaderName = "RequestVerificationToken");
    }

    public static void UsePortalPages(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler(Urls.Error, createScopeForErrors: true);
            app.UseHsts();
        }

        app.UseWhen(
            context => HttpMethods.IsGet(context.Request.Method) && !IdentityModule.IsForMachines(context.Request),
            people => people.UseStatusCodePagesWithReExecute(Urls.NotFound, createScopeForStatusCodePages: true));
        app.UseSecurityHeaders();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseOneTimePasswordGate();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    public static void MapPortalPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}
