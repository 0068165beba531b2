using FedPortal.Data;
using FedPortal.Operation;

namespace FedPortal.Jobs;

/// <summary>Comparisons of methods.</summary>
internal static class ComparisonModule
{
    public static void AddComparisons(this IServiceCollection services)
    {
        services.AddSingleton<ComparisonStore>();
        services.AddSingleton<ComparisonProcess>();
        services.AddRuns<ComparisonSchedule>();
        services.AddSingleton<IJobSource, ComparisonJobs>();
    }
}
