using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Overview;

public partial class OverviewPage
{
    private static readonly Metric[] Shown = [Metric.Accuracy, Metric.Auroc, Metric.F1, Metric.ExpectedCalibrationError];

    private StudyDetail? _study;
    private RoundStand? _round;
    private EvaluationRow? _measured;
    private IReadOnlyList<ChartSeries> _accuracy = [];

    [Inject]
    private StudyStore Studies { get; set; } = default!;

    [Inject]
    private RoundStore Rounds { get; set; } = default!;

    [Inject]
    private HistoryStore History { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StudyRow> studies = await Studies.ListAsync(cancellationToken);
        StudyRow? current = studies.FirstOrDefault(study => study.State == StudyState.Running) ?? (studies.Count > 0 ? studies[0] : null);
        if (current is null)
        {
            (_study, _round, _measured, _accuracy) = (null, null, null, []);
            return;
        }

        _study = await Studies.FindAsync(Viewer, current.Id, cancellationToken);
        _round = await Rounds.LatestAsync(Viewer, current.Id, cancellationToken);
        _accuracy = EvaluationSeries.Of(await History.CurvesAsync(Viewer, current.Id, cancellationToken), Metric.Accuracy);
        _measured = await History.LatestAsync(current.Id, cancellationToken);
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject is LiveSubject.Round or LiveSubject.Study;
}
