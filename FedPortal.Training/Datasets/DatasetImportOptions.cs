namespace FedPortal.Training.Datasets;

/// <summary>What to take out of a folder or archive.</summary>
public sealed record DatasetImportOptions
{
    /// <summary>Only images of this hospital (manifest column <c>hospital</c>, or the folder above the class folders); null takes all.</summary>
    public string? Hospital { get; init; }

    /// <summary>Only images of this split; null takes all, also those without one.</summary>
    public DatasetSplit? Split { get; init; }

    /// <summary>The study's classes. A label beside these is refused; null takes the labels as they come.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    public ArchiveLimits Archive { get; init; } = new();
}

/// <summary>What an uploaded archive may hold.</summary>
public sealed record ArchiveLimits
{
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>Bytes of all files together after decompression.</summary>
    public long MaxTotalBytes { get; init; } = 20L << 30;

    /// <summary>A larger ratio is taken for a bomb, once a file is larger than 1 MB.</summary>
    public int MaxCompressionRatio { get; init; } = 200;
}
