using FedPortal.Api;
using FedPortal.Data;
using FedPortal.Jobs.Inference;
using FedPortal.Operation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal;

/// <summary>Asking released models, keys for programs, and the watch over what they are asked.</summary>
internal static class InferenceModule
{
    public static void AddInference(this IServiceCollection services)
    {
        services.AddOptions<InferenceOptions>().BindConfiguration(InferenceOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InferenceOptions>, InferenceOptionsCheck>();
        services.AddSingleton(provider => new InferenceStore(
            provider.GetRequiredService<IDbContextFactory<FedPortalDbContext>>(), provider.GetRequiredService<BlobStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<InferenceKeyStore>();
        services.AddSingleton<InferenceDesk>();
        services.AddSingleton<OpinionDesk>();
        services.AddHostedService<IdleModels>();
        services.AddSingleton<DriftStore>();
        services.AddSingleton<RevalidationStore>();
        services.AddSingleton<RevalidationDriver>();
        services.AddSingleton<DriftWatch>();
        services.AddSingleton<InferenceSchedule>();
        services.AddHostedService(provider => provider.GetRequiredService<InferenceSchedule>());
        services.AddSingleton<IJobSource, RevalidationJobs>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, InferenceKeyHandler>(InferenceKeys.Scheme, null);
    }
}
