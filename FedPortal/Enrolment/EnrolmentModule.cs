using System.Threading.RateLimiting;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.RateLimiting;

namespace FedPortal.Enrolment;

/// <summary>Everything about institutions that run their own site program, and about institutions that apply to join.</summary>
internal static class EnrolmentModule
{
    /// <summary>For strangers: enrolment and the application form, by address.</summary>
    public const string StrangersLimit = "strangers";

    /// <summary>For enrolled sites, by certificate.</summary>
    public const string SitesLimit = "sites";

    /// <summary>For what anybody may read, by address.</summary>
    public const string PublicLimit = "public";

    private const int StrangersPerMinute = 30;
    private const int SiteRequestsPerMinute = 240;

    public static void AddEnrolment(this WebApplicationBuilder builder)
    {
        builder.AddSiteListener();
        IServiceCollection services = builder.Services;
        services.AddSingleton<ConsortiumAuthority>();
        services.AddSingleton<EnrolmentStore>();
        services.AddSingleton<ApplicationStore>();
        services.AddSingleton<WithdrawalStore>();
        services.AddSingleton<EnrolmentDesk>();
        services.AddSingleton<WorkDesk>();
        services.AddSingleton<SiteDatasetDesk>();
        services.AddSingleton<WithdrawalDesk>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, SiteCertificateHandler>(SiteCertificates.Scheme, null);
        int perMinute = builder.Configuration.GetValue("Enrolment:AttemptsPerMinute", StrangersPerMinute);
        services.Configure<RateLimiterOptions>(limits =>
        {
            limits.AddPolicy(StrangersLimit, context => IsReading(context.Request)
                ? RateLimitPartition.GetNoLimiter("reading")
                : SignInLimit.PerMinute(SignInLimit.AddressOf(context), perMinute));
            limits.AddPolicy(PublicLimit, context => SignInLimit.PerMinute(SignInLimit.AddressOf(context), 4 * perMinute));
            limits.AddPolicy(SitesLimit, context => SignInLimit.PerMinute(
                context.Connection.ClientCertificate is { } certificate ? SiteCertificates.ThumbprintOf(certificate) : SignInLimit.AddressOf(context),
                SiteRequestsPerMinute));
        });
    }

    private static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
}
