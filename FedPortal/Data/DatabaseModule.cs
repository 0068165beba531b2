using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>Puts the database together.</summary>
internal static class DatabaseModule
{
    /// <summary>Call it before anything whose start needs the database.</summary>
    public static IServiceCollection AddPortalDatabase(this IServiceCollection services, PortalDatabase database)
    {
        services.AddSingleton(database);
        services.AddPooledDbContextFactory<FedPortalDbContext>((provider, db) =>
            database.Configure(db, provider.GetRequiredService<IOptions<PortalOptions>>().Value.Root));
        if (database.IsShared)
        {
            services.AddHostedService<StartUpTurn>();
            services.AddHostedService<LiveRelay>();
        }

        return services.AddHostedService<DatabaseStartup>();
    }
}
