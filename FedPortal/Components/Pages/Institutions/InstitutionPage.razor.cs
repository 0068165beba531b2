using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Training.Evaluation;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Institutions;

public partial class InstitutionPage
{
    private InstitutionRow? _institution;
    private IReadOnlyList<DatasetRow> _datasets = [];
    private IReadOnlyList<EvaluationRow> _curve = [];
    private IReadOnlyList<AuditRow> _audit = [];
    private StudyRow? _study;

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private InstitutionStore Store { get; set; } = default!;

    [Inject]
    private DatasetStore Datasets { get; set; } = default!;

    [Inject]
    private StudyStore Studies { get; set; } = default!;

    [Inject]
    private RoundStore Rounds { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    private IReadOnlyList<ChartSeries> Series =>
    [
        new("Accuracy", 1, [.. Own.Select(row => PointOf(row, Metric.Accuracy))]),
        new("AUROC", 2, [.. Own.Select(row => PointOf(row, Metric.Auroc))]),
    ];

    private IEnumerable<EvaluationRow> Own => _curve.Where(row => row.InstitutionId == Id).OrderBy(row => row.ModelVersion);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _institution = await Store.FindAsync(Viewer, Id, cancellationToken);
        _datasets = await Datasets.ListAsync(Viewer, Id, cancellationToken);
        _study = await Studies.ListAsync(cancellationToken) is [var latest, ..] ? latest : null;
        _curve = _study is null ? [] : await Rounds.EvaluationsAsync(Viewer, _study.Id, cancellationToken);
        _audit = await Audit.ListAsync(Viewer, Id, 0, 20, cancellationToken);
    }

    private protected override bool Concerns(LiveUpdate update) => true;

    private static ChartPoint PointOf(EvaluationRow row, Metric metric)
    {
        Measurement? measured = row.Report.Of(metric);
        return new ChartPoint(row.ModelVersion, measured?.Value, measured?.Lower, measured?.Upper);
    }
}
