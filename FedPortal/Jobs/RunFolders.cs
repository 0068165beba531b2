namespace FedPortal.Jobs;

/// <summary>Where child processes of the portal keep what they need to go on, below the data directory: one folder for each run, removed when the run has ended.</summary>
internal static class RunFolders
{
    public const string Attacks = "attacks";
    public const string Comparisons = "comparisons";
    public const string Robustness = "robustness";

    public static string PathOf(string root, string kind, Guid id) => Path.Combine(root, kind, $"{id:N}");

    /// <summary>Removes what was only needed to go on, where anything is left of it.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Those that are there, of all kinds.</summary>
    public static IEnumerable<(Guid Id, string Path)> All(string root)
    {
        foreach (string place in new[] { Attacks, Comparisons, Robustness }.Select(kind => Path.Combine(root, kind)).Where(Directory.Exists))
        {
            foreach (string folder in Directory.GetDirectories(place))
            {
                if (Guid.TryParseExact(Path.GetFileName(folder), "N", out Guid id))
                {
                    yield return (id, folder);
                }
            }
        }
    }
}
