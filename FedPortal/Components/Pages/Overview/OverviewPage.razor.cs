using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Overview;

public partial class OverviewPage
{
    private static readonly Metric[] Shown = [Metric.Accuracy, Metric.Auroc, Metric.F1, Metric.ExpectedCalibrationError];

    private StudyDetail? _study;
    private RoundDetail? _round;
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
        IReadOnlyList<RoundRow> latest = await Rounds.ListAsync(current.Id, 0, 1, cancellationToken);
        _round = latest.Count > 0 ? await Rounds.FindAsync(Viewer, latest[0].Id, cancellationToken) : null;
        IReadOnlyList<CurvePoint> curves = await History.CurvesAsync(Viewer, current.Id, cancellationToken);
        _accuracy = EvaluationSeries.Of(curves, Metric.Accuracy);
        _measured = Latest(curves, EvaluationScope.Holdout) ?? Latest(curves, EvaluationScope.Pooled);
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject is LiveSubject.Round or LiveSubject.Study;

    private static EvaluationRow? Latest(IReadOnlyList<CurvePoint> curves, EvaluationScope scope) =>
        curves.Where(point => point.Scope == scope && point.Report is not null).MaxBy(point => point.ModelVersion) is { } latest
            ? new EvaluationRow(latest.ModelVersion, latest.Scope, null, null, null, latest.Report!)
            : null;
}
