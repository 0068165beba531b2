using FedPortal.Institutions;

namespace FedPortal.Data;

/// <summary>An institution on a list.</summary>
/// <param name="DatasetCount">Null where the viewer may not know, as <paramref name="ImageCount"/>.</param>
public sealed record InstitutionRow(
    Guid Id, string Name, string ShortCode, bool IsHosted, int ColourIndex, InstitutionStatus Status, DateTimeOffset AdmittedAt, int? DatasetCount, int? ImageCount, int StudyCount);
