using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>Lists a source without a manifest: the folder is the class (<c>class/…/file</c>), or hospital and class (<c>hospital/class/…/file</c>).</summary>
internal static class FolderListing
{
    public static DatasetListing Read(IReadOnlyList<string> files)
    {
        string[][] paths = [.. files.Where(file => !Leftovers.IsExpected(file)).Select(file => file.Split('/'))];
        bool hasHospitals = HasHospitals(paths);
        int depth = hasHospitals ? 3 : 2;
        var entries = new List<DatasetEntry>();
        var rejected = new List<RejectedFile>();
        foreach (string[] path in paths)
        {
            string name = string.Join('/', path);
            if (path.Length < depth)
            {
                rejected.Add(new RejectedFile(ShownName.Of(name), RefusalKind.Refused, "It lies beside the class folders, so it has no label."));
            }
            else if (ShownName.IsFormula(path[depth - 2]))
            {
                rejected.Add(new RejectedFile(ShownName.Of(name), RefusalKind.Refused, "Its folder's name is not usable as a class name."));
            }
            else
            {
                entries.Add(new DatasetEntry(name, ShownName.Of(path[depth - 2])) { Hospital = hasHospitals ? ShownName.Of(path[0]) : null });
            }
        }

        return new DatasetListing(entries, rejected, []);
    }

    // Hospitals share the names of their class folders; patients or series below a class do not.
    private static bool HasHospitals(string[][] paths)
    {
        if (paths.Length == 0 || paths.Any(path => path.Length < 3))
        {
            return false;
        }

        int first = paths.Select(path => path[0]).Distinct().Count();
        return first > 1 && paths.GroupBy(path => path[1]).All(group => group.Select(path => path[0]).Distinct().Count() > 1);
    }
}

/// <summary>Files that lie in data sets without being images.</summary>
internal static class Leftovers
{
    private static readonly string[] Extensions = [".csv", ".md", ".txt", ".json", ".xml", ".html", ".pdf", ".xlsx", ".db", ".ini"];

    public static bool IsExpected(string name) => Extensions.Contains(Path.GetExtension(name).ToLowerInvariant()) || Path.GetFileName(name) is "DICOMDIR" or "LICENSE";
}
