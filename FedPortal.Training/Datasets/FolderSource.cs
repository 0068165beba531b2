using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>A folder on this machine. Links are not followed; hidden files are left out.</summary>
internal sealed class FolderSource : IDatasetSource
{
    private readonly string _root;

    public FolderSource(string root)
    {
        _root = Path.GetFullPath(root);
        var rejected = new List<RejectedFile>();
        var files = new List<string>();
        Walk(new DirectoryInfo(_root), "", files, rejected);
        files.Sort(StringComparer.Ordinal);
        Files = files;
        Rejected = rejected;
    }

    public IReadOnlyList<string> Files { get; }

    public IReadOnlyList<RejectedFile> Rejected { get; }

    public async Task<string> ReadTextAsync(string name, int maxBytes, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(_root, name));
        return file.Length > maxBytes
            ? throw new DatasetRefusedException($"{ShownName.Of(name)} is longer than {maxBytes} bytes.")
            : await File.ReadAllTextAsync(file.FullName, cancellationToken).ConfigureAwait(false);
    }

    public Task<DecodeOutcome> DecodeAsync(string name, XrayDecoder decoder, CancellationToken cancellationToken) =>
        decoder.DecodeAsync(Path.Combine(_root, name), cancellationToken);

    public void Dispose()
    {
    }

    private static void Walk(DirectoryInfo folder, string prefix, List<string> files, List<RejectedFile> rejected)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
        {
            string name = prefix + entry.Name;
            if (entry.Name.StartsWith('.'))
            {
                continue;
            }

            if (entry.LinkTarget is not null)
            {
                rejected.Add(new RejectedFile(ShownName.Of(name), RefusalKind.Refused, "It is a link; links are not followed."));
            }
            else if (entry is DirectoryInfo inner)
            {
                Walk(inner, name + "/", files, rejected);
            }
            else if (((FileInfo)entry).Length > 0)
            {
                files.Add(name);
            }
            else
            {
                // also pipes and devices, which would block whoever opens them
                rejected.Add(new RejectedFile(ShownName.Of(name), RefusalKind.Refused, "The file is empty."));
            }
        }
    }
}
