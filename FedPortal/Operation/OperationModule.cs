namespace FedPortal.Operation;

/// <summary>Puts together what running the portal needs: alerts and what tells of long tasks.</summary>
internal static class OperationModule
{
    public static IServiceCollection AddOperation(this IServiceCollection services) => services
        .AddSingleton<AlertDesk>();
}
