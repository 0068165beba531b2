using System.Security.Cryptography;
using System.Text;
using FedPortal.Data;
using FedPortal.Operation;
using Quartz;

namespace FedPortal.Backup;

/// <summary>Regular backups on the jobs page: the one under way or last tried at this portal, and those that are kept.</summary>
internal sealed class BackupJobs(BackupDesk desk, ISchedulerFactory schedulers, AuditStore audit) : IJobSource
{
    private const string TitleOfOne = "Backup of database, files and keys";

    public string Kind => "Backup";

    public Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
    {
        IReadOnlyList<JobRow> rows = viewer.SeesAll ? [.. Current().Concat(desk.Kept().Select(Kept)).Where(row => only is null || row.Id == only).Take(most)] : [];
        return Task.FromResult(rows);
    }

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        if (desk.Run?.Id != id || !desk.TryStop())
        {
            return "This portal is making no backup; another portal on the same database may be.";
        }

        await audit.TellAsync(actor, "portal", null, "The backup was stopped; nothing of it was kept.", cancellationToken);
        return null;
    }

    public Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) => StartAsync(actor, cancellationToken);

    /// <summary>Asks for a backup now, beside the regular ones.</summary>
    /// <returns>Null when one begins, else why not.</returns>
    public async Task<string?> StartAsync(string actor, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        if (!await scheduler.Exists(BackupJob.Key, cancellationToken))
        {
            return "There are no regular backups: Backup:Folder is not set.";
        }

        await scheduler.TriggerJob(BackupJob.Key, cancellationToken: cancellationToken);
        await audit.TellAsync(actor, "portal", null, "A backup was asked for.", cancellationToken);
        return null;
    }

    /// <summary>A whole one is among those that are kept.</summary>
    private IEnumerable<JobRow> Current()
    {
        if (desk.Run is not { } run || run is { EndedAt: not null, Failure: null, IsCancelled: false })
        {
            yield break;
        }

        JobState state = run.EndedAt is null ? JobState.Running : run.IsCancelled ? JobState.Cancelled : JobState.Failed;
        yield return new JobRow(
            Kind, run.Id, TitleOfOne, state, run.StartedAt, run.StartedAt, run.EndedAt, run.Progress, run.Failure, Address: null, InstitutionId: null,
            MayRetry: run.EndedAt is not null, MayCancel: run.EndedAt is null);
    }

    private JobRow Kept(FileInfo file)
    {
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(file.Name)).AsSpan(0, 16));
        return new JobRow(
            Kind, id, TitleOfOne, JobState.Done, file.CreationTimeUtc, file.CreationTimeUtc, file.LastWriteTimeUtc, 1, $"{file.Name}, {file.Length:N0} bytes", Address: null, InstitutionId: null,
            MayRetry: true, MayCancel: false);
    }
}
