namespace FedPortal.Training.Protocol;

/// <summary>
/// The folder of one assignment at a site: the downloaded model, the finished submission, the log. While a site program works in it, it holds
/// a lock that the operating system frees when the program ends, however it ends; so there is never more than one.
/// </summary>
public sealed class WorkFolder : IDisposable
{
    private readonly FileStream _lock;

    private WorkFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    public static string PathOf(string siteHome, Guid assignmentId) => System.IO.Path.Combine(siteHome, "work", $"{assignmentId:N}");

    /// <summary>True while a site program works on the assignment.</summary>
    public static bool IsInUse(string siteHome, Guid assignmentId)
    {
        string path = PathOf(siteHome, assignmentId);
        if (!Directory.Exists(path))
        {
            return false;
        }

        using WorkFolder? free = TryOpen(path);
        return free is null;
    }

    /// <summary>Waits until no other site program works here.</summary>
    /// <exception cref="TimeoutException">One still does.</exception>
    public static async Task<WorkFolder> OpenAsync(string siteHome, Guid assignmentId, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        string path = PathOf(siteHome, assignmentId);
        Directory.CreateDirectory(path);
        long started = clock.GetTimestamp();
        while (true)
        {
            if (TryOpen(path) is { } folder)
            {
                await File.WriteAllTextAsync(System.IO.Path.Combine(path, "process"), $"{Environment.ProcessId}\n", cancellationToken).ConfigureAwait(false);
                return folder;
            }

            if (clock.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"Another site program still works in {path} after {patience.TotalSeconds:F0} seconds.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, cancellationToken).ConfigureAwait(false);
        }
    }

    public string FileOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _lock.Dispose();

    private static WorkFolder? TryOpen(string path)
    {
        try
        {
            return new WorkFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
