using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>One file that a listing found, before anything of it is read.</summary>
/// <param name="Name">Path inside the source, with forward slashes.</param>
/// <param name="Label">Its class.</param>
internal sealed record DatasetEntry(string Name, string Label)
{
    public string? Hospital { get; init; }

    public string? PatientKey { get; init; }

    public DatasetSplit? Split { get; init; }

    public bool IsSynthetic { get; init; }
}

/// <summary>What is in a source: files with labels, files that can be told to be useless already, and what else is worth saying.</summary>
internal sealed record DatasetListing(IReadOnlyList<DatasetEntry> Entries, IReadOnlyList<RejectedFile> Rejected, IReadOnlyList<string> Warnings);

/// <summary>Where files come from: a folder or an archive.</summary>
internal interface IDatasetSource : IDisposable
{
    /// <summary>Paths of all files inside, with forward slashes, in ordinal order.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>Files that must not be opened, with reasons.</summary>
    IReadOnlyList<RejectedFile> Rejected { get; }

    /// <summary>Text of a small file.</summary>
    Task<string> ReadTextAsync(string name, int maxBytes, CancellationToken cancellationToken);

    Task<DecodeOutcome> DecodeAsync(string name, XrayDecoder decoder, CancellationToken cancellationToken);
}
