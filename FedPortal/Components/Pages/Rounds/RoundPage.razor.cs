using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Training.Evaluation;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Rounds;

public partial class RoundPage
{
    private RoundDetail? _round;
    private IReadOnlyList<EvaluationRow> _evaluations = [];
    private IReadOnlyList<AttemptRow> _attempts = [];
    private Guid? _previous;
    private Guid? _next;
    private string _curve = nameof(Metric.Accuracy);
    private string _shownKey = "";

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private RoundStore Store { get; set; } = default!;

    private string CurveName => _curve == nameof(Metric.Auroc) ? "AUROC" : _curve;

    private IReadOnlyList<ChartSeries> Curve => _curve == "Loss"
        ? EvaluationSeries.OfLoss(_evaluations)
        : EvaluationSeries.Of(_evaluations, Enum.Parse<Metric>(_curve));

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _round = await Store.FindAsync(Viewer, Id, cancellationToken);
        if (_round is not { } round)
        {
            return;
        }

        _evaluations = await Store.EvaluationsAsync(Viewer, round.Row.StudyId, cancellationToken);
        _attempts = await Store.AttemptsAsync(Viewer, Id, cancellationToken);
        _previous = round.Row.Number > 1 ? (await Store.FindAsync(Viewer, round.Row.StudyId, round.Row.Number - 1, cancellationToken))?.Row.Id : null;
        _next = (await Store.FindAsync(Viewer, round.Row.StudyId, round.Row.Number + 1, cancellationToken))?.Row.Id;
    }

    private protected override bool Concerns(LiveUpdate update) => update.Id == Id || (_round is { } round && update.StudyId == round.Row.StudyId && update.Subject == LiveSubject.Study);

    private static IEnumerable<EvaluationRow> Ordered(RoundDetail round) =>
        round.Evaluations.OrderByDescending(row => row.Scope).ThenBy(row => NameOf(row, round), StringComparer.Ordinal);

    private static string KeyOf(EvaluationRow row) => $"{row.Scope} {row.ShortCode}";

    private static string NameOf(EvaluationRow row, RoundDetail round) =>
        StateWords.NameOf(row, round.Participations.ToDictionary(part => part.InstitutionId, part => part.Name));

    private static List<(string Name, EvaluationReport Report)> RowsOf(RoundDetail round) =>
        [.. Ordered(round).Select(row => (NameOf(row, round), row.Report))];

    private static List<TimelineRow> TimelinesOf(RoundDetail round) =>
    [
        .. round.Timings.GroupBy(timing => timing.InstitutionId).OrderBy(group => group.Key is not null)
            .Select(group => new TimelineRow(
                group.Key is { } id ? round.Participations.FirstOrDefault(part => part.InstitutionId == id)?.Name ?? group.First().ShortCode ?? "" : "Round as a whole",
                [.. group.Select(timing => new TimelinePart(timing.Stage, timing.Seconds))])),
    ];

    private EvaluationRow? Shown(RoundDetail round) =>
        round.Evaluations.FirstOrDefault(row => KeyOf(row) == _shownKey) ?? Ordered(round).FirstOrDefault();
}
