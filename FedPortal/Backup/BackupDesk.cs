using FedPortal.Data;
using Microsoft.Extensions.Options;

namespace FedPortal.Backup;

/// <summary>A regular backup that this portal is making or made last.</summary>
internal sealed record BackupRun(Guid Id, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, double? Progress, string? Failure, bool IsCancelled);

/// <summary>Makes regular backups, keeps the newest and tells the audit log.</summary>
internal sealed class BackupDesk(
    PortalDatabase database, AuditStore audit, IOptions<BackupOptions> options, IOptions<PortalOptions> portal, TimeProvider clock, ILogger<BackupDesk> logger) : IDisposable
{
    private const string Prefix = "fedportal-";
    private const string Suffix = ".backup";
    private readonly SemaphoreSlim _one = new(1, 1);
    private CancellationTokenSource? _stop;
    private BackupRun? _run;

    /// <summary>Null until this portal has made one since it started.</summary>
    public BackupRun? Run => Volatile.Read(ref _run);

    /// <summary>Whole backups, newest first.</summary>
    public IReadOnlyList<FileInfo> Kept() => options.Value.Folder.Length == 0 || !Directory.Exists(options.Value.Folder) ? [] :
        [.. new DirectoryInfo(options.Value.Folder).GetFiles($"{Prefix}*{Suffix}").OrderByDescending(file => file.Name, StringComparer.Ordinal)];

    public async Task MakeAsync(string actor, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stop = stop;
        DateTimeOffset started = clock.GetUtcNow();
        var run = new BackupRun(Guid.NewGuid(), started, null, 0, null, false);
        _run = run;
        try
        {
            string file = Path.Combine(options.Value.Folder, $"{Prefix}{started.UtcDateTime:yyyyMMdd-HHmmss}{Suffix}");
            string? passphrase = options.Value.PassphraseFile.Length > 0 ? BackupCommand.ReadPassphrase(options.Value.PassphraseFile) : null;
            var progress = new Share(share => _run = run with { Progress = share });
            BackupMade made = await new BackupWriter(database, clock).WriteAsync(file, portal.Value.Root, passphrase, progress, stop.Token);
            Forget();
            _run = run with { EndedAt = clock.GetUtcNow(), Progress = 1 };
            await audit.TellAsync(actor, "portal", null, $"Backed up into {Path.GetFileName(file)}: {made.Entries} files, {made.Bytes} bytes, {(made.IsEncrypted ? "encrypted" : "not encrypted")}.", cancellationToken);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _run = run with { EndedAt = clock.GetUtcNow(), IsCancelled = true };
        }
        catch (BackupException failure)
        {
            logger.LogError(failure, "The backup failed");
            _run = run with { EndedAt = clock.GetUtcNow(), Failure = failure.Message };
            await audit.TellAsync(actor, "portal", null, $"The backup failed: {failure.Message}", cancellationToken);
        }
        finally
        {
            _stop = null;
            _one.Release();
        }
    }

    /// <returns>False when this portal is making none.</returns>
    public bool TryStop()
    {
        CancellationTokenSource? stop = _stop;
        stop?.Cancel();
        return stop is not null;
    }

    public void Dispose()
    {
        _stop?.Dispose();
        _one.Dispose();
    }

    private void Forget()
    {
        foreach (FileInfo old in Kept().Skip(options.Value.Keep))
        {
            old.Delete();
        }
    }

    private sealed class Share(Action<double> show) : IProgress<(int Done, int All)>
    {
        public void Report((int Done, int All) value) => show((double)value.Done / Math.Max(1, value.All));
    }
}
