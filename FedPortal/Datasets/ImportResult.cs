namespace FedPortal.Datasets;

/// <summary>What a finished import found.</summary>
/// <param name="Classes">Images by class and split.</param>
/// <param name="RejectedCount">Files that were refused; the quality report names each with its reason.</param>
/// <param name="IsSynthetic">True when any image came from the phantom generator.</param>
/// <param name="QualityReportJson">The quality report, as the images engine writes it.</param>
/// <param name="SplitRecordJson">How the split was made: method, seed, fraction.</param>
/// <param name="ContentHash">SHA-256, hex, over the stored items: names the data set's content in the audit log.</param>
public sealed record ImportResult(
    IReadOnlyList<ClassCount> Classes, int RejectedCount, bool IsSynthetic, string QualityReportJson, string SplitRecordJson, string ContentHash)
{
    /// <summary>Keyed tags of the images, to find the same image at another institution.</summary>
    public byte[] DuplicateTags { get; init; } = [];

    /// <summary>Images with places that look like writing.</summary>
    public int SuspectCount { get; init; }

    /// <summary>Those of them that a person already looked at, in an earlier version.</summary>
    public IReadOnlyList<int> JudgedHarmless { get; init; } = [];
}
