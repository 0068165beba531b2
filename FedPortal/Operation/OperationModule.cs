using FedPortal.Data;
using FedPortal.Operation.Delivery;
using FedPortal.Operation.Health;
using FedPortal.Operation.Rules;
using FedPortal.Operation.Sources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation;

/// <summary>Puts together what running the portal needs: long tasks, alerts, health, figures for monitoring.</summary>
internal static class OperationModule
{
    public static IServiceCollection AddOperation(this IServiceCollection services)
    {
        services.AddJobSources();
        services.AddAlerts();
        PortalHealth.Add(services);
        services.AddSingleton<SchedulerWatch>();
        services.AddHostedService<OperationStartup>();
        return services;
    }

    private static void AddJobSources(this IServiceCollection services) => services
        .AddSingleton<JobDesk>()
        .AddSingleton<IJobSource, DatasetImportJobs>()
        .AddSingleton<IJobSource, RoundJobs>()
        .AddSingleton<IJobSource, SiteWorkJobs>()
        .AddSingleton<IJobSource, AttackJobs>()
        .AddSingleton<IJobSource, ConsortiumSetupJobs>();

    private static void AddAlerts(this IServiceCollection services)
    {
        services.AddOptions<AlertOptions>().BindConfiguration(AlertOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsCheck>();
        services.AddSingleton(provider => new AlertDesk(
            provider.GetRequiredService<IDbContextFactory<FedPortalDbContext>>(), provider.GetRequiredService<AlertLetters>(), provider.GetRequiredService<OutboxNudge>(),
            provider.GetRequiredService<LiveUpdates>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ChannelStore(
            provider.GetRequiredService<IDbContextFactory<FedPortalDbContext>>(), provider.GetRequiredService<WebhookSender>(), provider.GetRequiredService<AlertLetters>(),
            provider.GetRequiredService<OutboxSeal>(), provider.GetRequiredService<OutboxNudge>(), provider.GetRequiredService<LiveUpdates>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AlertStore>();
        services.AddSingleton<AlertLetters>();
        services.AddSingleton<OutboxSeal>();
        services.AddSingleton<OutboxNudge>();
        services.AddSingleton<MailSender>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<OutboxSender>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxSender>());
        services.AddSingleton<AlertWatch>();
        services.AddSingleton<IAlertRule, FailedRoundRule>();
        services.AddSingleton<IAlertRule, StalledRoundRule>();
        services.AddSingleton<IAlertRule, SilentSiteRule>();
        services.AddSingleton<IAlertRule, CertificateRule>();
        services.AddSingleton<IAlertRule, TermsRule>();
        services.AddSingleton<IAlertRule, BudgetRule>();
        services.AddSingleton<IAlertRule, AuditRule>();
        services.AddSingleton<IAlertRule, DiskRule>();
        services.AddSingleton<IAlertRule, BackupRule>();
        services.AddSingleton<IAlertRule, HealthRule>();
    }
}
