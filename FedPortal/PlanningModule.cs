using FedPortal.Components.Pages.Overview;
using FedPortal.Data;

namespace FedPortal;

/// <summary>The home page's figures, the roadmap, planning and the public pages.</summary>
internal static class PlanningModule
{
    public static void AddPlanning(this IServiceCollection services)
    {
        services.AddSingleton<PlanningStore>();
        services.AddSingleton<RoadmapStore>();
        services.AddSingleton<TransparencyStore>();
        services.AddSingleton<HomeItems>();
    }
}
