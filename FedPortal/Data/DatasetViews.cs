using FedPortal.Datasets;
using FedPortal.Training.Datasets;

namespace FedPortal.Data;

/// <summary>A data set on a list.</summary>
/// <param name="InstitutionName">"Consortium" for a consortium hold-out.</param>
/// <param name="IsNewest">False when a later version was made from it.</param>
/// <param name="UnreviewedCount">Images with places that look like writing that nobody has judged yet.</param>
public sealed record DatasetRow(
    Guid Id, string Name, Guid? InstitutionId, string InstitutionName, DatasetPurpose Purpose, DatasetSource Source, DatasetState State, bool IsSynthetic,
    int FilesDone, int FilesTotal, int TrainCount, int HoldoutCount, int RejectedCount, string? FailureReason, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt,
    int Version, Guid? PreviousId, bool IsNewest, int UnreviewedCount, DataUseTerms? Terms);

/// <summary>One data set in full.</summary>
/// <param name="QualityReportJson">As the images engine wrote it; null until the import is done.</param>
/// <param name="SplitRecordJson">Method, seed and fraction of the split.</param>
public sealed record DatasetDetail(
    DatasetRow Row, IReadOnlyList<ClassCount> Classes, string? QualityReportJson, string? SplitRecordJson, string? ContentHash, int Seed,
    IReadOnlyList<DatasetChange> Draft, IReadOnlyList<DatasetChange> Changes, IReadOnlyList<int> JudgedHarmless);

/// <summary>One version of a data set.</summary>
public sealed record DatasetVersion(Guid Id, int Version);

/// <summary>Whose images a data set's are, and which: all that is needed to find one and to know who may see it.</summary>
/// <param name="OwnerCode">The institution's short code; null for a consortium hold-out.</param>
public sealed record DatasetPlace(Guid Id, Guid? InstitutionId, string? OwnerCode, bool IsSynthetic, string? ContentHash);

/// <summary>How many images a data set shares with the others.</summary>
/// <param name="InstitutionName">Whose; null where the viewer may not know.</param>
public sealed record SharedImages(string? InstitutionName, int Count);
