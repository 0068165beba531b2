using System.Text.Json.Serialization;
using FedPortal.Api;
using FedPortal.Backup;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Operation;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Quartz;

namespace FedPortal;

/// <summary>Puts the federation together: storage, stores, jobs and HTTP protocol.</summary>
internal static class Federation
{
    /// <summary>Call it before anything whose start needs the database: hosted services start in the order they are added.</summary>
    public static WebApplicationBuilder AddFederation(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<PortalOptions>().BindConfiguration(PortalOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PortalOptions>, PortalOptionsCheck>();
        services.PostConfigure<PortalOptions>(portal => portal.DataDirectory = builder.Configuration["DataDir"] ?? portal.DataDirectory);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Quartz", LogLevel.Warning);
        services.TryAddClock();

        // The schema of Identity is part of the model, so it is fixed here and not where sign-in is configured.
        services.Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddPortalDatabase(PortalDatabase.Of(builder.Configuration));

        services.AddSingleton<LiveUpdates>();
        services.AddSingleton<BlobStore>();
        services.AddSingleton<InstitutionStore>();
        services.AddSingleton<DatasetStore>();
        services.AddSingleton<StudyStore>();
        services.AddSingleton<RoundStore>();
        services.AddSingleton<AuditStore>();
        services.AddAuditing();
        services.AddSingleton<AssignmentStore>();
        services.AddSingleton<GlobalModelFiles>();
        services.AddStudio();
        services.AddOperation();
        services.AddBackups();

        services.AddProtectedRounds();
        builder.AddJobs();
        services.AddSingleton<AssignmentMessages>();
        services.AddSingleton<SubmissionDesk>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, SiteSessionHandler>(SiteSession.Scheme, null);
        services.AddAuthorization();
        services.AddProgramApi();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        return builder;
    }

    public static WebApplication MapFederation(this WebApplication app)
    {
        app.MapSiteProtocol();
        app.MapEnrolment();
        app.MapProgramApi();
        app.MapOperation();
        return app;
    }

    private static void AddJobs(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<FederationNudge>();
        services.AddSingleton<SitePlaces>();
        services.AddSingleton<PortalAddress>();
        services.AddSingleton<SiteProcess>();
        services.AddSingleton<AssignmentDispatcher>();
        services.AddSingleton<WorkLeftovers>();
        services.AddSingleton<FirstModelStep>();
        services.AddSingleton<AggregationStep>();
        services.AddSingleton<EvaluationStep>();
        services.AddSingleton<RoundDriver>();
        services.AddSingleton<DatasetImporter>();
        services.AddSingleton<UploadSessions>();
        services.AddSingleton(provider => new DatasetImages(
            provider.GetRequiredService<DatasetStore>(), provider.GetRequiredService<SitePlaces>()));
        services.AddSingleton<ConsortiumSetup>();
        services.AddSingleton(provider => new DemonstrationConsortium(provider.GetRequiredService<ISchedulerFactory>(), provider.GetRequiredService<LiveUpdates>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new DatasetIntake(
            provider.GetRequiredService<DatasetStore>(), provider.GetRequiredService<FederationNudge>(),
            provider.GetRequiredService<SitePlaces>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new StudyControl(
            provider.GetRequiredService<IDbContextFactory<FedPortalDbContext>>(), provider.GetRequiredService<StudyStore>(),
            provider.GetRequiredService<ApprovalStore>(), provider.GetRequiredService<FederationNudge>(), provider.GetRequiredService<LiveUpdates>(), provider.GetRequiredService<TimeProvider>()));

        PortalOptions options = builder.Configuration.GetSection(PortalOptions.Section).Get<PortalOptions>() ?? new PortalOptions();
        options.DataDirectory = builder.Configuration["DataDir"] ?? options.DataDirectory;
        builder.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = "portal";
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseDefaultThreadPool(options.SitePrograms + 6);
            quartz.UsePersistentStore(store =>
            {
                PortalDatabase.Of(builder.Configuration).Configure(store, options.Root);
                store.ProvisionSchema();
                store.ConfigureStore(jobs =>
                {
                    jobs.StoreJobDataAsStrings = true;
                    jobs.RecoverFiringsCancelledByShutdown = true;
                });
            });
        });
        builder.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        services.AddHostedService<FederationStartup>();
        services.AddModels();
        services.AddInference();
        services.AddComparisons();
    }

    private static void TryAddClock(this IServiceCollection services)
    {
        if (!services.Any(service => service.ServiceType == typeof(TimeProvider)))
        {
            services.AddSingleton(TimeProvider.System);
        }
    }
}
