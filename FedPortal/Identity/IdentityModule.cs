using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Identity.Organisation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>Accounts, cookies, roles and policies.</summary>
internal static class IdentityModule
{
    /// <summary>Call it after the database was added: the roles are seeded when the database is ready.</summary>
    public static void AddPortalIdentity(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(ConfigureCookie);
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IOptions<AccountOptions>>((cookie, accounts) => cookie.ExpireTimeSpan = accounts.Value.SessionIdleLimit);
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, RevalidatingUser>();
        Policies.Add(services.AddAuthorizationBuilder());

        services.AddIdentityCore<PortalUser>(Configure)
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<FedPortalDbContext>()
            .AddUserStore<PortalUserStore>()
            .AddClaimsPrincipalFactory<PortalClaimsFactory>()
            .AddPasswordValidator<OwnWordsPasswordValidator>()
            .AddSignInManager<PortalSignIn>()
            .AddDefaultTokenProviders()
            .AddTokenProvider<OneTimeCodes>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddSingleton<AcceptedCodeStore>();
        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            options.ValidationInterval = TimeSpan.FromMinutes(5);
            options.OnRefreshingPrincipal = SessionCheck.KeepSession;
        });
        services.AddOptions<AccountOptions>().BindConfiguration(AccountOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountOptions>, AccountOptionsCheck>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<PeopleStore>();
        services.AddSingleton<PeopleDesk>();
        services.AddSingleton<InvitationMail>();
        services.AddSingleton<SecondFactorGate>();
        services.AddSingleton<AccessTokenStore>();
        services.AddScoped<OwnTokens>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, AccessTokenHandler>(AccessTokenScheme.Name, null);
        services.AddScoped<OwnAccount>();
        services.AddOrganisationSignIn();
        services.AddScoped<AccountCreation>();
        services.AddHostedService<RoleSeeding>();
        services.AddHostedService<FirstAdmin>();
        services.AddDataProtection().SetApplicationName("FedPortal");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<PortalOptions>, ILoggerFactory>((keys, portal, loggers) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(portal.Value.Root, "keys")), loggers));

        int perMinute = builder.Configuration.GetValue("SignIn:AttemptsPerMinute", SignInLimit.DefaultPerMinute);
        int apiPerMinute = builder.Configuration.GetValue("Api:RequestsPerAddressAndMinute", SignInLimit.DefaultApiPerMinute);
        services.AddRateLimiter(options => SignInLimit.Configure(options, perMinute, apiPerMinute));
    }

    public static void MapPortalIdentity(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Urls.SignOut, async Task<RedirectHttpResult> (SignInManager<PortalUser> signIn, [FromForm] string? returnUrl) =>
        {
            await signIn.SignOutAsync();
            return TypedResults.LocalRedirect(Urls.SignInFor(returnUrl));
        });
        endpoints.MapPasskeys();
        endpoints.MapOrganisationSignIn();
    }

    /// <summary>Programs get a status, people a page.</summary>
    internal static bool IsForMachines(HttpRequest request) =>
        request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/_blazor") || request.Path.StartsWithSegments("/images")
        || request.Path.StartsWithSegments("/metrics") || request.Path.StartsWithSegments("/health");

    private static void Configure(IdentityOptions options)
    {
        options.User.RequireUniqueEmail = true;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);

        // Long rather than motley, as NIST SP 800-63B advises.
        options.Password.RequiredLength = 12;
        options.Password.RequiredUniqueChars = 6;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "fedportal";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.SlidingExpiration = true;
        options.LoginPath = Urls.SignIn;
        options.AccessDeniedPath = Urls.AccessDenied;
        options.ReturnUrlParameter = Urls.ReturnUrlParameter;
        options.ForwardDefaultSelector = AccessTokenScheme.ForwardFor;
        options.Events.OnValidatePrincipal = SessionCheck.ValidateAsync;
        options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
    }

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (IsForMachines(context.Request) || !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.StatusCode = status;
            if (status == StatusCodes.Status401Unauthorized && context.Request.Path.StartsWithSegments(AccessTokenScheme.Root))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer realm=\"FedPortal\"";
            }
        }
        else
        {
            context.Response.Redirect(context.RedirectUri);
        }

        return Task.CompletedTask;
    }
}
