using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Operation.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Rules;

/// <summary>Little space is left on the disk of the data directory.</summary>
internal sealed class DiskRule(IOptions<PortalOptions> portal, IOptions<AlertOptions> options) : IAlertRule
{
    public AlertKind Kind => AlertKind.DiskLow;

    public Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        long free = new DriveInfo(portal.Value.Root).AvailableFreeSpace;
        long limit = options.Value.DiskFreeBytes;
        IReadOnlyList<Finding> found = free >= limit ? [] :
        [
            new Finding(
                free < limit / 4 ? AlertLevel.Critical : AlertLevel.Warning, "data", "The disk of the portal's data is nearly full",
                $"{free / 1e9:F1} GB are free and {limit / 1e9:F1} GB are wanted. Make room, or let less be kept: the retention page says what is past its time.", Urls.Retention, null),
        ];
        return Task.FromResult(found);
    }
}

/// <summary>The newest backup is too old. Only where a folder of backups is named.</summary>
internal sealed class BackupRule(IOptions<AlertOptions> options) : IAlertRule
{
    public AlertKind Kind => AlertKind.BackupOverdue;

    public Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        string folder = options.Value.BackupFolder;
        if (folder.Length == 0)
        {
            return Task.FromResult<IReadOnlyList<Finding>>([]);
        }

        DateTimeOffset? newest = new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .Where(entry => !entry.Name.EndsWith(".part", StringComparison.Ordinal)).Select(entry => (DateTimeOffset?)entry.LastWriteTimeUtc).Max();
        IReadOnlyList<Finding> found = newest > now.AddDays(-options.Value.BackupDays) ? [] :
        [
            new Finding(
                AlertLevel.Critical, "backup", "The backup is overdue",
                newest is { } last ? $"The newest one is of {last:yyyy-MM-dd HH:mm} UTC; one at least every {options.Value.BackupDays:0.##} days is wanted." : "There is none yet.", null, null),
        ];
        return Task.FromResult(found);
    }
}

/// <summary>Parts of the portal that do not work. A full disk has a rule of its own.</summary>
internal sealed class HealthRule(HealthCheckService health) : IAlertRule
{
    public AlertKind Kind => AlertKind.Unhealthy;

    public async Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        HealthReport report = await health.CheckHealthAsync(check => check.Name != PortalHealth.Disk, cancellationToken);
        return [.. report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => new Finding(
            entry.Value.Status == HealthStatus.Unhealthy ? AlertLevel.Critical : AlertLevel.Warning, entry.Key, PortalHealth.TitleOf(entry.Key, entry.Value.Status),
            $"{entry.Value.Description} {PortalHealth.AdviceOf(entry.Key)}".Trim(), Urls.Health, null))];
    }
}
