using FedPortal.Api;
using FedPortal.Data;
using FedPortal.Jobs.Protected;

namespace FedPortal;

/// <summary>Puts the protected round together: papers, desks and steps.</summary>
internal static class ProtectedRounds
{
    public static IServiceCollection AddProtectedRounds(this IServiceCollection services)
    {
        services.AddDataProtection();
        services.AddSingleton<PortalIdentity>();
        services.AddSingleton<InstitutionKeyStore>();
        services.AddSingleton<LedgerStore>();
        services.AddSingleton<AppealDesk>();
        services.AddSingleton<RoundPapers>();

        services.AddSingleton<UploadSlots>();
        services.AddSingleton<SharesDesk>();
        services.AddSingleton<UploadDesk>();
        services.AddSingleton<LedgerDesk>();
        services.AddSingleton<UnlockDesk>();

        services.AddSingleton<RoundProtections>();
        services.AddSingleton<ProtectedOpening>();
        services.AddSingleton<ScreeningStep>();
        services.AddSingleton<SumStep>();
        services.AddSingleton<UnlockStep>();
        services.AddSingleton<ProtectedRoundSteps>();
        return services;
    }
}
