using FedPortal.Data;

namespace FedPortal.Backup;

/// <summary>
/// What of a data directory belongs into a backup: everything but earlier backups, the databases, which are copied in a way of their own, and what is made anew or only half there: locks, parts, open
/// uploads, prepared images, and the folders of work under way with their one-time keys.
/// </summary>
internal static class DataFiles
{
    private static readonly string[] Databases = [PortalDatabase.RecordsFile, PortalDatabase.JobsFile];

    /// <summary>Paths below <paramref name="root"/> with slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Of(string root) =>
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Where(Belongs).Order(StringComparer.Ordinal)];

    /// <summary>How much of a file is whole: of a ledger, to which a site may be writing a line, up to its last line feed.</summary>
    public static Func<FileStream, long>? LengthOf(string path) =>
        path.StartsWith("sites/", StringComparison.Ordinal) && path.EndsWith(".jsonl", StringComparison.Ordinal) ? UpToLastLine : null;

    private static bool Belongs(string path)
    {
        string[] parts = path.Split('/');
        string name = parts[^1];
        return !(parts.Length == 1 && (name == "portal.lock" || Databases.Any(database => name.StartsWith(database, StringComparison.Ordinal))))
            && !name.EndsWith(".part", StringComparison.Ordinal) && !name.StartsWith(".probe-", StringComparison.Ordinal)
            && parts is not (["backups" or "incoming", ..] or ["uploads", "open", ..] or ["sites", _, "work" or "prepared", ..]);
    }

    private static long UpToLastLine(FileStream file)
    {
        for (long end = file.Length; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                return end;
            }
        }

        return 0;
    }
}
