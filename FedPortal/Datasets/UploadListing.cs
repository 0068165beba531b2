using System.Text;

namespace FedPortal.Datasets;

/// <summary>One file that a browser is going to send.</summary>
/// <param name="Path">Relative, with forward slashes; the folder above the file is its class.</param>
/// <param name="Bytes">Its size.</param>
public sealed record UploadFile(string Path, long Bytes);

/// <summary>Checks what a browser announces before any of it is taken.</summary>
public static class UploadListing
{
    public const int MaxFiles = 20_000;
    private const int MaxPathBytes = 400;
    private const int MaxNameBytes = 200;
    private const int MaxDepth = 8;

    /// <summary>What is wrong, in words for a person; null when nothing is.</summary>
    public static string? Problem(string name, IReadOnlyList<UploadFile> files, long maxBytes)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100)
        {
            return "A data set needs a name of 1 to 100 characters.";
        }

        if (files.Count is 0 or > MaxFiles)
        {
            return $"An upload has 1 to {MaxFiles} files, but this one has {files.Count}.";
        }

        if (files.Any(file => file.Bytes < 1))
        {
            return $"{files.Count(file => file.Bytes < 1)} of the files are empty.";
        }

        decimal total = files.Sum(file => (decimal)file.Bytes);
        if (total > maxBytes)
        {
            return $"The files have {total:f0} bytes together; this portal takes {maxBytes}.";
        }

        if (files.FirstOrDefault(file => !IsSafe(file.Path)) is not null)
        {
            return "A file has a path that this portal does not take: too long, too deep, or with characters that are no part of a name.";
        }

        return IsTree(files) ? null : "Two files have the same path, or one file's path is another's folder.";
    }

    private static bool IsSafe(string path)
    {
        string[] parts = path.Split('/');
        return Encoding.UTF8.GetByteCount(path) <= MaxPathBytes && parts.Length <= MaxDepth && parts.All(part =>
            part.Length > 0 && part[0] != '.' && Encoding.UTF8.GetByteCount(part) <= MaxNameBytes && !part.Any(c => char.IsControl(c) || c == '\\' || char.IsSurrogate(c)));
    }

    private static bool IsTree(IReadOnlyList<UploadFile> files)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        if (!files.All(file => paths.Add(file.Path)))
        {
            return false;
        }

        return files.All(file => Folders(file.Path).All(folder => !paths.Contains(folder)));
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (int at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1))
        {
            yield return path[..at];
        }
    }
}
