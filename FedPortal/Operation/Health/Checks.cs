using System.Data.Common;
using System.Security.Cryptography;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Training.Native;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Quartz;

namespace FedPortal.Operation.Health;

/// <summary>The database answers a question within a few seconds.</summary>
internal sealed class DatabaseHealth(IDbContextFactory<FedPortalDbContext> contexts, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        long begun = clock.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await using FedPortalDbContext db = await contexts.CreateDbContextAsync(limit.Token);
            int studies = await db.Studies.CountAsync(limit.Token);
            return HealthCheckResult.Healthy($"It counted {studies} studies in {clock.GetElapsedTime(begun).TotalMilliseconds:F0} ms.");
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"It did not answer within {Patience.TotalSeconds:F0} seconds, or refused.", failure);
        }
    }
}

/// <summary>A file can be written to the store and removed again.</summary>
internal sealed class BlobHealth(IOptions<PortalOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string probe = Path.Combine(options.Value.Root, "blobs", $"health-{Guid.NewGuid():N}.part");
        try
        {
            await File.WriteAllBytesAsync(probe, [1], cancellationToken);
            File.Delete(probe);
            return HealthCheckResult.Healthy("A file was written and removed.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("A file could not be written to it.", failure);
        }
    }
}

/// <summary>The scheduler runs jobs.</summary>
internal sealed class SchedulerHealth(SchedulerWatch watch) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            SchedulerView view = await watch.ReadAsync(cancellationToken);
            return !view.IsRunning ? HealthCheckResult.Unhealthy("It runs no jobs.")
                : view.BrokenCount > 0 ? HealthCheckResult.Degraded($"It runs, but {view.BrokenCount} of its triggers will not fire any more because of an error.")
                : HealthCheckResult.Healthy($"It runs since {view.RunningSince:yyyy-MM-dd HH:mm} UTC.");
        }
        catch (Exception failure) when (failure is SchedulerException or DbException)
        {
            return HealthCheckResult.Unhealthy("It does not answer.", failure);
        }
    }
}

/// <summary>Enough of the disk is free.</summary>
internal sealed class DiskHealth(IOptions<PortalOptions> portal, IOptions<AlertOptions> alerts) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        long free = new DriveInfo(portal.Value.Root).AvailableFreeSpace;
        long wanted = alerts.Value.DiskFreeBytes;
        string text = $"{free / 1e9:F1} GB are free; {wanted / 1e9:F1} GB are wanted.";
        return Task.FromResult(free < wanted / 4 ? HealthCheckResult.Unhealthy(text) : free < wanted ? HealthCheckResult.Degraded(text) : HealthCheckResult.Healthy(text));
    }
}

/// <summary>The programs that hosted institutions need are there. Without them the portal still serves those with machines of their own.</summary>
internal sealed class EngineHealth(IOptions<PortalOptions> options) : IHealthCheck
{
    private static readonly string[] Parts = ["libfedtorch.so", "xray-decode"];

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        List<string> missing = [.. Parts.Where(part => !IsThere(() => NativeFiles.Find(part)))];
        if (!IsThere(() => SiteProcess.ProgramOf(options.Value)))
        {
            missing.Add("the site program");
        }

        return Task.FromResult(missing.Count == 0
            ? HealthCheckResult.Healthy("The site program, the engine and the image decoder are there.")
            : HealthCheckResult.Degraded($"Not found: {string.Join(", ", missing)}. Hosted institutions can neither import nor train."));
    }

    private static bool IsThere(Func<string> find)
    {
        try
        {
            return File.Exists(find());
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}

/// <summary>The portal's signing key can be opened.</summary>
internal sealed class SignerHealth(AuditLogStore log) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            _ = log.Fingerprint;
            AuditLogState state = await log.StateAsync(cancellationToken);
            return HealthCheckResult.Healthy(state.SignedAt is { } at ? $"Signed up to entry {state.SignedUpTo} at {at:yyyy-MM-dd HH:mm} UTC." : "The key is there; nothing was signed yet.");
        }
        catch (Exception failure) when (failure is InvalidDataException or CryptographicException or IOException or UnauthorizedAccessException or DbException)
        {
            return HealthCheckResult.Unhealthy("The portal's signing key cannot be opened.", failure);
        }
    }
}
