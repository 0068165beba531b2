using FedPortal.Privacy;
using FedPortal.Studies;

namespace FedPortal.Data;

/// <summary>A study on a list.</summary>
/// <param name="RoundsDone">Completed rounds.</param>
/// <param name="PausedAt">Since when no new round begins; null where it is not paused.</param>
public sealed record StudyRow(
    Guid Id, string Name, StudyState State, bool IsSynthetic, int RoundsDone, int RoundsTotal, int RosterCount,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset ChangedAt, string? FailureReason, ProtectionStatement Protection, DateTimeOffset? ArchivedAt, DateTimeOffset? PausedAt);

/// <summary>One institution of a study's roster.</summary>
/// <param name="DatasetId">Null where the viewer may not know the institution's data, as all that follow.</param>
public sealed record RosterRow(Guid InstitutionId, string Name, string ShortCode, int ColourIndex, Guid? DatasetId, string? DatasetName, int? TrainCount, int? HoldoutCount);

/// <summary>One study in full.</summary>
/// <param name="TrainTotal">Training images of all institutions together; <paramref name="HoldoutTotal"/> likewise.</param>
/// <param name="Stage">What is going on before the first round, or empty: "making the first model", "evaluating the first model".</param>
public sealed record StudyDetail(
    StudyRow Row, StudyDesign Design, IReadOnlyList<RosterRow> Roster, int TrainTotal, int HoldoutTotal, Guid? HoldoutDatasetId, string? HoldoutName, ProtectionStatement Protection, string Stage);
