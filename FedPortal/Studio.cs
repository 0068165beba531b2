using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;

namespace FedPortal;

/// <summary>Writing, planning and signing studies.</summary>
internal static class Studio
{
    public static IServiceCollection AddStudio(this IServiceCollection services) => services
        .AddSingleton<DraftStore>()
        .AddSingleton<ApprovalStore>()
        .AddSingleton<AppealStore>()
        .AddSingleton<FlightInputStore>()
        .AddSingleton<SpendingStore>()
        .AddSingleton<FlightStore>()
        .AddSingleton<HistoryStore>()
        .AddSingleton<AttemptLogs>()
        .AddSingleton<MachineFigures>()
        .AddSingleton<StudyPlanner>()
        .AddSingleton<IdentityConfirmation>()
        .AddSingleton<SigningDesk>();
}
