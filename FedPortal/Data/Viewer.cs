using FedPortal.Models;

namespace FedPortal.Data;

/// <summary>
/// Who looks at a view. Every reading method of a store asks for one, so that no page and no endpoint can forget it. Admins and auditors see
/// all; a coordinator sees the consortium as a whole and, of single institutions, the figures of the own one only.
/// </summary>
/// <param name="SeesAll">True for admins, auditors and the portal's own jobs.</param>
/// <param name="InstitutionId">The institution a coordinator speaks for, or null.</param>
public sealed record Viewer(bool SeesAll, Guid? InstitutionId)
{
    /// <summary>Admins, auditors, and the portal itself.</summary>
    public static Viewer Everything { get; } = new(true, null);

    /// <param name="owner">The institution a figure belongs to, or null for the consortium.</param>
    public bool Sees(Guid? owner) => SeesAll || owner is null || owner == InstitutionId;

    internal InstitutionRow Narrow(InstitutionRow row) => Sees(row.Id) ? row : row with { DatasetCount = null, ImageCount = null };

    internal RosterRow Narrow(RosterRow row) => Sees(row.InstitutionId) ? row : row with { DatasetId = null, DatasetName = null, TrainCount = null, HoldoutCount = null };

    /// <summary>Of another institution: who it is and what state its part is in.</summary>
    internal ParticipationRow Narrow(ParticipationRow row) => Sees(row.InstitutionId) ? row : row with
    {
        Reason = row.Reason is null ? null : "The reason is shown to the institution itself.",
        SampleCount = null,
        UpdateBytes = null,
        UpdateHash = null,
        TrainingLoss = null,
        Snapshot = null,
        SnapshotAt = null,
        Attempts = 0,
    };

    internal AttackRow Narrow(AttackRow attack) => SeesAll || attack.Outcome is null ? attack : attack with
    {
        Outcome = attack.Outcome with
        {
            Institutions = [.. attack.Outcome.Institutions.Where(part => Sees(part.InstitutionId))],
            Missing = [],
        },
        FailureReason = null,
    };

    internal RoundDetail Narrow(RoundDetail round) => SeesAll ? round : round with
    {
        Participations = [.. round.Participations.Select(Narrow)],
        Timings = [.. round.Timings.Where(timing => Sees(timing.InstitutionId))],
        Evaluations = Narrow(round.Evaluations),
    };

    internal IReadOnlyList<EvaluationRow> Narrow(IReadOnlyList<EvaluationRow> evaluations) =>
        SeesAll ? evaluations : [.. evaluations.Where(row => row.Scope != EvaluationScope.Institution || Sees(row.InstitutionId))];
}
