using FedPortal.Institutions;

namespace FedPortal.Data;

/// <summary>What an admin has to do about an institution.</summary>
public enum InstitutionTask
{
    None,

    /// <summary>It runs its own program and has no token yet.</summary>
    Invite,

    /// <summary>Its program sent keys whose fingerprint must be compared.</summary>
    Confirm,
}

/// <summary>An institution on a list.</summary>
/// <param name="DatasetCount">Null where the viewer may not know, as <paramref name="ImageCount"/>, <paramref name="Task"/> and <paramref name="LastSeenAt"/>.</param>
/// <param name="LastSeenAt">When its own site program was last heard of.</param>
public sealed record InstitutionRow(
    Guid Id, string Name, string ShortCode, bool IsHosted, int ColourIndex, InstitutionStatus Status, DateTimeOffset AdmittedAt, int? DatasetCount, int? ImageCount, int StudyCount,
    InstitutionTask Task = InstitutionTask.None, DateTimeOffset? LastSeenAt = null);

/// <summary>What an institution has given and what became of it; for its own eyes, the admin's and the auditor's.</summary>
/// <param name="TrainImages">Images it holds for training.</param>
/// <param name="ImagesUsed">Training images behind the updates it handed in, added up over rounds.</param>
/// <param name="ImagesAccepted">The same of accepted updates.</param>
public sealed record InstitutionRecord(
    string ContactName, string ContactEmail, string? SuspensionReason, int TrainImages, int RoundsInvited, int RoundsAccepted, int RoundsExcluded, int RoundsDropped,
    long ImagesUsed, long ImagesAccepted, AcceptedRound? LastAccepted, DateTimeOffset? WithdrawnAt);

/// <summary>A round that took an institution's update.</summary>
public sealed record AcceptedRound(Guid RoundId, string StudyName, int Number, DateTimeOffset At);
