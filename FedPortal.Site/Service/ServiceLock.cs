using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary>One service for one home; the operating system frees the lock when the process ends, however it ends.</summary>
internal static class ServiceLock
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>For a service that begins. Who only asks whether one runs holds the lock for a moment too, so it is tried for a while.</summary>
    /// <returns>Null when a service runs there.</returns>
    public static async Task<FileStream?> TakeAsync(SiteHome home, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        while (true)
        {
            if (TryTake(home) is { } taken)
            {
                return taken;
            }

            if (clock.GetElapsedTime(started) > patience)
            {
                return null;
            }

            await Task.Delay(Look, clock, cancellationToken);
        }
    }

    /// <returns>Null when a service runs there, or somebody asks at this moment whether one does.</returns>
    public static FileStream? TryTake(SiteHome home)
    {
        try
        {
            return new FileStream(Path.Combine(home.Path, "service.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static bool IsTaken(SiteHome home)
    {
        using FileStream? free = TryTake(home);
        return free is null;
    }

    /// <summary>Work that a service which was killed left running.</summary>
    public static IEnumerable<Guid> RunsGoingOn(SiteHome home)
    {
        string work = Path.Combine(home.Path, "work");
        return (Directory.Exists(work) ? Directory.GetDirectories(work) : [])
            .Select(folder => Guid.TryParseExact(Path.GetFileName(folder), "N", out Guid id) ? id : Guid.Empty)
            .Where(id => id != Guid.Empty && WorkFolder.IsInUse(home.Path, id));
    }
}
