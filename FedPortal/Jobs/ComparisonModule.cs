using FedPortal.Data;
using FedPortal.Operation;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Comparisons of methods.</summary>
internal static class ComparisonModule
{
    public static void AddComparisons(this IServiceCollection services)
    {
        services.AddSingleton<ComparisonStore>();
        services.AddSingleton<ComparisonProcess>();
        services.AddSingleton(provider => new ComparisonSchedule(provider.GetRequiredService<ISchedulerFactory>(), provider.GetRequiredService<ComparisonStore>()));
        services.AddSingleton<IJobSource, ComparisonJobs>();
        services.AddHostedService<ComparisonStartup>();
    }
}
