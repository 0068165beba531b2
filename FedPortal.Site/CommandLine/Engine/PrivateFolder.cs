namespace FedPortal.Site.CommandLine.Engine;

/// <summary>
/// A temporary folder that only this user can read. It goes away with its owner; what an owner left that was killed, the next one removes. A
/// locked file in it tells the two apart: the lock ends with the process.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private const string Prefix = "fedportal-work-";
    private const string LockName = "in-use";

    /// <summary>Between making a folder and locking its file nobody may take it for abandoned.</summary>
    private static readonly TimeSpan YoungestAbandoned = TimeSpan.FromMinutes(1);
    private readonly FileStream _inUse;

    public PrivateFolder()
    {
        RemoveAbandoned(TimeProvider.System.GetUtcNow() - YoungestAbandoned);
        Path = Directory.CreateTempSubdirectory(Prefix).FullName;
        _inUse = Lock(File(LockName), FileMode.CreateNew);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        // Still locked: else another program could take it for abandoned and delete it at the same time.
        using (_inUse)
        {
            if (Directory.Exists(Path))
            {
                Directory.Delete(Path, recursive: true);
            }
        }
    }

    private static void RemoveAbandoned(DateTimeOffset madeBefore)
    {
        foreach (string folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            string inUse = System.IO.Path.Combine(folder, LockName);
            try
            {
                if (System.IO.File.Exists(inUse) && System.IO.File.GetLastWriteTimeUtc(inUse) < madeBefore)
                {
                    using (Lock(inUse, FileMode.Open))
                    {
                        Directory.Delete(folder, recursive: true);
                    }
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Its owner lives, or it is another user's.
            }
        }
    }

    private static FileStream Lock(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None);
}
