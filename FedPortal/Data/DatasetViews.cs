using FedPortal.Datasets;

namespace FedPortal.Data;

/// <summary>A data set on a list.</summary>
/// <param name="InstitutionName">"Consortium" for a consortium hold-out.</param>
public sealed record DatasetRow(
    Guid Id, string Name, Guid? InstitutionId, string InstitutionName, DatasetPurpose Purpose, DatasetSource Source, DatasetState State, bool IsSynthetic,
    int FilesDone, int FilesTotal, int TrainCount, int HoldoutCount, int RejectedCount, string? FailureReason, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>One data set in full.</summary>
/// <param name="QualityReportJson">As the images engine wrote it; null until the import is done.</param>
/// <param name="SplitRecordJson">Method, seed and fraction of the split.</param>
public sealed record DatasetDetail(
    DatasetRow Row, IReadOnlyList<ClassCount> Classes, string? QualityReportJson, string? SplitRecordJson, string? ContentHash, int Seed);
