using FedPortal.Models;
using FedPortal.Runs;
using FedPortal.Training.Robustness;

namespace FedPortal.Data;

/// <summary>A robustness test as it stands.</summary>
/// <param name="Outcome">Null until done. Figures of single institutions are those the viewer may see.</param>
public sealed record RobustnessRow(
    Guid Id, RobustnessTest Test, RobustnessTarget Target, RobustnessPlan Plan, int Phantoms, RunState State, string StartedBy, string Stage, double Progress,
    RobustnessOutcome? Outcome, string? OutcomeHash, string? FailureReason, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>The robustness lab of one model version.</summary>
/// <param name="KnowsPhantoms">Whether the study's classes are those that phantoms show.</param>
/// <param name="HasHoldout">Whether the consortium has a hold-out of its own.</param>
/// <param name="Institutions">Names by id.</param>
/// <param name="Runs">Newest first.</param>
public sealed record RobustnessView(
    Guid StudyId, string StudyName, int Version, bool IsSynthetic, bool KnowsPhantoms, bool HasHoldout, ReleaseState? Release, IReadOnlyList<string> Classes,
    IReadOnlyDictionary<Guid, string> Institutions, IReadOnlyList<RobustnessRow> Runs);
