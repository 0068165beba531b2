using System.Text.Json;
using FedPortal.Data;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>After the portal listens and Quartz runs: takes up what a stopped or killed portal left behind.</summary>
internal sealed class FederationStartup(
    AssignmentDispatcher dispatcher, WorkLeftovers leftovers, StudyStore studies, DatasetStore datasets, BlobStore blobs, FederationNudge nudge,
    DemonstrationConsortium consortium, PortalDatabase database, IOptions<PortalOptions> options, TimeProvider clock, ILogger<FederationStartup> logger) : IHostedLifecycleService
{
    // Another portal may be receiving: only what nobody has written to for so long is nobody's.
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(1);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        int parts = blobs.DeleteLeftovers(database.IsShared ? clock.GetUtcNow() - LongestUpload : null);
        if (parts > 0)
        {
            logger.LogInformation("{Count} half-written blobs were deleted", parts);
        }

        return Task.CompletedTask;
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await dispatcher.RecoverAsync(cancellationToken);
        await leftovers.CollectAsync(cancellationToken);
        foreach (Guid study in await studies.RunningAsync(cancellationToken))
        {
            logger.LogInformation("Study {Study} goes on", study);
            await nudge.BeginAsync(study, cancellationToken);
        }

        foreach (Guid dataset in await datasets.ImportingAsync(cancellationToken))
        {
            logger.LogInformation("The import of data set {Dataset} begins anew", dataset);
            await nudge.ImportAsync(dataset, cancellationToken);
        }

        if ((await studies.ListAsync(cancellationToken)).Count == 0 && await PlanAsync(cancellationToken) is { } plan)
        {
            await consortium.RequestAsync(plan, "start-up", cancellationToken);
        }
    }

    private async Task<ConsortiumPlan?> PlanAsync(CancellationToken cancellationToken)
    {
        if (options.Value.PlanFile.Length > 0)
        {
            string json = await File.ReadAllTextAsync(options.Value.PlanFile, cancellationToken);
            return JsonSerializer.Deserialize<ConsortiumPlan>(json, ProtocolJson.Options)
                ?? throw new InvalidDataException($"The plan {options.Value.PlanFile} is empty.");
        }

        return options.Value.StudyFolder.Length > 0 ? ConsortiumPlan.FromFolder(options.Value.StudyFolder) : null;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
