using FedPortal.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal;

/// <summary>Puts the federation together: storage, stores, jobs and HTTP protocol.</summary>
internal static class Federation
{
    /// <summary>Call it before anything whose start needs the database: hosted services start in the order they are added.</summary>
    public static WebApplicationBuilder AddFederation(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<PortalOptions>().BindConfiguration(PortalOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PortalOptions>, PortalOptionsCheck>();
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        services.TryAddClock();

        // The schema of Identity is part of the model, so it is fixed here and not where sign-in is configured.
        services.Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddDbContextFactory<FedPortalDbContext>((provider, db) => db
            .UseSqlite(ConnectionString(provider, "portal.db"))
            .AddInterceptors(new SqlitePragmas()));
        services.AddHostedService<DatabaseStartup>();

        services.AddSingleton<LiveUpdates>();
        services.AddSingleton<BlobStore>();
        services.AddSingleton<InstitutionStore>();
        services.AddSingleton<DatasetStore>();
        services.AddSingleton<StudyStore>();
        services.AddSingleton<RoundStore>();
        services.AddSingleton<AuditStore>();
        return builder;
    }

    public static WebApplication MapFederation(this WebApplication app) => app;

    private static void TryAddClock(this IServiceCollection services)
    {
        if (!services.Any(service => service.ServiceType == typeof(TimeProvider)))
        {
            services.AddSingleton(TimeProvider.System);
        }
    }

    private static string ConnectionString(IServiceProvider provider, string file) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(provider.GetRequiredService<IOptions<PortalOptions>>().Value.Root, file),
        DefaultTimeout = 15,
    }.ToString();
}
