namespace FedPortal.Models;

/// <summary>One version of a study's global model; its values are a blob.</summary>
public sealed class GlobalModelVersion
{
    public GlobalModelVersion(Guid studyId, int version, Guid? roundId, string blobHash, long bytes, string layoutHash, string layoutBlobHash, string? optimizerStateHash, DateTimeOffset now)
    {
        StudyId = studyId;
        Version = version;
        RoundId = roundId;
        BlobHash = blobHash;
        Bytes = bytes;
        LayoutHash = layoutHash;
        LayoutBlobHash = layoutBlobHash;
        OptimizerStateHash = optimizerStateHash;
        CreatedAt = now;
    }

    private GlobalModelVersion()
    {
        // For EF Core.
    }

    public Guid StudyId { get; private set; }

    /// <summary>0 is the start; round n makes version n.</summary>
    public int Version { get; private set; }

    /// <summary>The round that made it; null for version 0.</summary>
    public Guid? RoundId { get; private set; }

    /// <summary>SHA-256, hex, of the safetensors file in the blob store.</summary>
    public string BlobHash { get; private set; } = "";

    public long Bytes { get; private set; }

    public string LayoutHash { get; private set; } = "";

    /// <summary>Blob of the layout's tensors as JSON: names and places of all values.</summary>
    public string LayoutBlobHash { get; private set; } = "";

    /// <summary>Blob of the server optimiser's state after this version, or null when it keeps none.</summary>
    public string? OptimizerStateHash { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }
}
