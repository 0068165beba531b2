using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Training.Evaluation;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Rounds;

public partial class RoundPage
{
    private RoundDetail? _round;
    private IReadOnlyList<CurvePoint> _curves = [];
    private StudyRow? _study;
    private IReadOnlyList<AttemptRow> _attempts = [];
    private Guid? _previous;
    private Guid? _next;
    private string _shownKey = "";

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private RoundStore Store { get; set; } = default!;

    [Inject]
    private HistoryStore History { get; set; } = default!;

    [Inject]
    private StudyStore Studies { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _round = await Store.FindAsync(Viewer, Id, cancellationToken);
        if (_round is not { } round)
        {
            return;
        }

        _curves = await History.CurvesAsync(Viewer, round.Row.StudyId, cancellationToken);
        _study = await Studies.FindRowAsync(round.Row.StudyId, cancellationToken);
        _attempts = await Store.AttemptsAsync(Viewer, Id, cancellationToken);
        (_previous, _next) = await Store.NeighboursAsync(round.Row.StudyId, round.Row.Number, cancellationToken);
    }

    private protected override bool Concerns(LiveUpdate update) => update.Id == Id || (_round is { } round && update.StudyId == round.Row.StudyId && update.Subject == LiveSubject.Study);

    private static IEnumerable<EvaluationRow> Ordered(RoundDetail round) =>
        round.Evaluations.OrderByDescending(row => row.Scope).ThenBy(row => NameOf(row, round), StringComparer.Ordinal);

    // The slowest of those that train now.
    private static double? Remaining(RoundDetail round) => round.Participations
        .Where(part => part.State == ParticipationState.Training).Max(part => part.Snapshot?.RemainingSeconds);

    private static string KeyOf(EvaluationRow row) => $"{row.Scope} {row.ShortCode}";

    private static string NameOf(EvaluationRow row, RoundDetail round) =>
        StateWords.NameOf(row, round.Participations.ToDictionary(part => part.InstitutionId, part => part.Name));

    private static List<(string Name, EvaluationReport Report)> RowsOf(RoundDetail round) =>
        [.. Ordered(round).Select(row => (NameOf(row, round), row.Report))];

    private List<TimelineRow> TimelinesOf(RoundDetail round) =>
    [
        .. round.Timings.GroupBy(timing => timing.InstitutionId).OrderBy(group => group.Key is not null)
            .Select(group => new TimelineRow(
                group.Key is { } id ? round.Participations.FirstOrDefault(part => part.InstitutionId == id)?.Name ?? group.First().ShortCode ?? "" : Texts["RoundAsAWhole"].Value,
                [.. group.Select(timing => new TimelinePart(timing.Stage, timing.Seconds))])),
    ];

    private EvaluationRow? Shown(RoundDetail round) =>
        round.Evaluations.FirstOrDefault(row => KeyOf(row) == _shownKey) ?? Ordered(round).FirstOrDefault();
}
