using FedPortal.Operation;
using Microsoft.Extensions.Options;

namespace FedPortal.Backup;

/// <summary>Puts regular backups together.</summary>
internal static class BackupModule
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupOptionsCheck>();
        services.AddSingleton<BackupDesk>();
        services.AddSingleton<BackupJobs>();
        services.AddSingleton<IJobSource>(all => all.GetRequiredService<BackupJobs>());
        return services.AddHostedService<BackupSchedule>();
    }
}
