using System.Collections.Frozen;
using FedPortal.Models;
using FedPortal.Studies;
using FedPortal.Training.Comparison;

namespace FedPortal.Data;

/// <summary>
/// Who looks at a view. Every reading method of a store asks for one, so that no page and no endpoint can forget it. Admins and auditors see
/// all; a coordinator sees the consortium as a whole and, of single institutions, the figures of the own ones only.
/// </summary>
public sealed class Viewer
{
    private Viewer(bool seesAll, IEnumerable<Guid> institutions)
    {
        SeesAll = seesAll;
        InstitutionIds = institutions.ToFrozenSet();
    }

    /// <summary>Admins, auditors, and the portal itself.</summary>
    public static Viewer Everything { get; } = new(true, []);

    /// <summary>Sees the consortium as a whole and no single institution.</summary>
    public static Viewer Outsider { get; } = new(false, []);

    /// <summary>True for admins, auditors and the portal's own jobs.</summary>
    public bool SeesAll { get; }

    /// <summary>The institutions a coordinator speaks for.</summary>
    public IReadOnlySet<Guid> InstitutionIds { get; }

    /// <summary>A coordinator of these institutions.</summary>
    public static Viewer Of(params IEnumerable<Guid> institutions) => new(false, institutions);

    /// <param name="owner">The institution a figure belongs to, or null for the consortium.</param>
    public bool Sees(Guid? owner) => SeesAll || owner is not { } id || InstitutionIds.Contains(id);

    internal InstitutionRow Narrow(InstitutionRow row) => Sees(row.Id) ? row : row with { DatasetCount = null, ImageCount = null, Task = InstitutionTask.None, LastSeenAt = null };

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
        Verdict = null,
        HelperNote = null,
        Appeal = null,
        AppealDecision = null,
        AppealUpheld = null,
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

    internal RobustnessRow Narrow(RobustnessRow run) => SeesAll ? run : run with
    {
        Outcome = run.Outcome is null ? null : run.Outcome with { Parts = [.. run.Outcome.Parts.Where(part => Sees(part.InstitutionId))], Missing = [] },
        FailureReason = null,
    };

    /// <summary>A comparison as a whole, and the hold-outs of the own institutions only; with synthetic images there is nobody to hide.</summary>
    internal ComparisonDetail Narrow(ComparisonDetail detail)
    {
        if (SeesAll || detail.Order.Sites.Count == 0)
        {
            return detail;
        }

        HashSet<string> own = [.. detail.Order.Sites.Where(site => Sees(site.InstitutionId)).Select(site => site.InstitutionName)];
        return detail with
        {
            Order = detail.Order with { Sites = [.. detail.Order.Sites.Where(site => Sees(site.InstitutionId))] },
            Report = detail.Report is not { } report ? null : new ComparisonReport(
                report.Settings with { Data = detail.Row.Subject, Sites = [.. report.Settings.Sites.Where(site => own.Contains(site.Name))] },
                [.. report.Results.Select(result => result with { Sites = [.. result.Sites.Where(site => own.Contains(site.Site))] })]),
        };
    }

    /// <summary>Of another institution's seat: who it is. The plan's hash is of the whole.</summary>
    internal FlightPlan Narrow(FlightPlan plan) => SeesAll ? plan : plan with
    {
        Roster = [.. plan.Roster.Select(seat => Sees(seat.InstitutionId) ? seat : seat with { DatasetId = Guid.Empty, DatasetHash = null, TrainCount = 0, HoldoutCount = 0 })],
    };

    internal RoundStand Narrow(RoundStand round) => SeesAll ? round : round with { Participations = [.. round.Participations.Select(Narrow)] };

    internal RoundDetail Narrow(RoundDetail round) => SeesAll ? round : round with
    {
        Participations = [.. round.Participations.Select(Narrow)],
        Timings = [.. round.Timings.Where(timing => Sees(timing.InstitutionId))],
        Evaluations = Narrow(round.Evaluations),
    };

    internal IReadOnlyList<EvaluationRow> Narrow(IReadOnlyList<EvaluationRow> evaluations) =>
        SeesAll ? evaluations : [.. evaluations.Where(row => row.Scope != EvaluationScope.Institution || Sees(row.InstitutionId))];
}
