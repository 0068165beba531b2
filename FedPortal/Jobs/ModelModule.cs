using FedPortal.Data;
using FedPortal.Operation;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Jobs;

/// <summary>Models, their attack tests and their release.</summary>
internal static class ModelModule
{
    public static void AddModels(this IServiceCollection services)
    {
        services.AddSingleton<ModelEvidence>();
        services.AddSingleton<AttackStore>();
        services.AddSingleton(provider => new ModelStore(
            provider.GetRequiredService<IDbContextFactory<FedPortalDbContext>>(), provider.GetRequiredService<ModelEvidence>(),
            provider.GetRequiredService<RoundStore>(), provider.GetRequiredService<BlobStore>(), provider.GetRequiredService<GlobalModelFiles>()));
        services.AddSingleton(provider => new ReleaseStore(
            provider.GetRequiredService<IDbContextFactory<FedPortalDbContext>>(), provider.GetRequiredService<ModelEvidence>(),
            provider.GetRequiredService<LiveUpdates>(), provider.GetRequiredService<TimeProvider>()));
        services.AddRuns<AttackSchedule>();
        services.AddSingleton<EngineChild>();
        services.AddSingleton<InstitutionTestWork>();
        services.AddSingleton<AttackProcess>();
        services.AddSingleton<AttackDriver>();
        services.AddRobustness();
    }

    /// <summary>The robustness lab.</summary>
    private static void AddRobustness(this IServiceCollection services)
    {
        services.AddSingleton<RobustnessStore>();
        services.AddRuns<RobustnessSchedule>();
        services.AddSingleton<RobustnessProcess>();
        services.AddSingleton<RobustnessDriver>();
        services.AddSingleton<IJobSource, RobustnessJobs>();
    }
}
