using FedPortal.Data;
using FedPortal.Operation.Delivery;
using FedPortal.Operation.Health;
using FedPortal.Operation.Monitoring;
using FedPortal.Operation.Retaining;
using FedPortal.Operation.Rules;
using FedPortal.Operation.Sources;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
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
        services.AddRetention();
        services.AddMonitoring();
        PortalHealth.Add(services);
        services.AddSingleton<SchedulerWatch>();
        services.AddHostedService<OperationStartup>();
        return services;
    }

    public static void MapOperation(this IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/metrics", async (MonitoringFigures figures, CancellationToken cancellationToken) => Results.Text(await figures.WriteAsync(cancellationToken), PrometheusText.ContentType))
        .RequireAuthorization(new AuthorizationPolicyBuilder(MonitoringAccess.SchemeName).RequireAuthenticatedUser().Build())
        .ExcludeFromDescription();

    private static void AddMonitoring(this IServiceCollection services)
    {
        services.AddOptions<MonitoringOptions>().BindConfiguration(MonitoringOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MonitoringOptions>, MonitoringOptionsCheck>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, MonitoringAccess>(MonitoringAccess.SchemeName, null);
        services.AddSingleton<RequestMeter>();
        services.AddHostedService(provider => provider.GetRequiredService<RequestMeter>());
        services.AddSingleton<SavedFigures>();
        services.AddSingleton<CommandClock>();
        services.AddSingleton<MonitoringFigures>();
        services.ConfigureDbContext<FedPortalDbContext>((provider, db) => db.AddInterceptors(provider.GetRequiredService<SavedFigures>(), provider.GetRequiredService<CommandClock>()));
    }

    private static void AddRetention(this IServiceCollection services)
    {
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsCheck>();
        services.AddSingleton<RetentionDesk>();
        services.AddSingleton<IRetentionRule, UploadRule>();
        services.AddSingleton<IRetentionRule, UpdateRule>();
        services.AddSingleton<IRetentionRule, AttemptLogRule>();
        services.AddSingleton<IRetentionRule, AttemptRule>();
        services.AddSingleton<IRetentionRule, SessionRule>();
        services.AddSingleton<IRetentionRule, InvitationRule>();
        services.AddSingleton<IRetentionRule, DriftRule>();
        services.AddSingleton<IRetentionRule, AlertHistoryRule>();
        services.AddSingleton<IRetentionRule, MessageRule>();
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
            provider.GetRequiredService<LiveUpdates>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AlertDesk>>()));
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
