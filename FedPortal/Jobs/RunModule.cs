namespace FedPortal.Jobs;

/// <summary>Long runs.</summary>
internal static class RunModule
{
    /// <summary>Adds the schedule of one kind, and lets its runs go on after a restart.</summary>
    public static void AddRuns<TSchedule>(this IServiceCollection services)
        where TSchedule : class, IRunSchedule
    {
        services.AddSingleton<TSchedule>();
        services.AddSingleton<IRunSchedule>(provider => provider.GetRequiredService<TSchedule>());
        services.AddHostedService<RunStartup>(); // one for all kinds, however often it is asked for
    }
}
