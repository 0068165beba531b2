using FedPortal.Components.Shared;
using FedPortal.Data;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Institutions;

public partial class InstitutionPage
{
    private InstitutionRow? _institution;
    private IReadOnlyList<DatasetRow> _datasets = [];
    private IReadOnlyList<CurvePoint> _curve = [];
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
    private HistoryStore History { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    private IReadOnlyList<ChartSeries> Series =>
    [
        new("Accuracy", 1, [.. _curve.Select(point => EvaluationSeries.PointOf(point, point.Accuracy))]),
        new("AUROC", 2, [.. _curve.Select(point => EvaluationSeries.PointOf(point, point.Auroc))]),
    ];

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _institution = await Store.FindAsync(Viewer, Id, cancellationToken);
        _datasets = await Datasets.ListAsync(Viewer, Id, cancellationToken);
        _study = await Studies.ListAsync(cancellationToken) is [var latest, ..] ? latest : null;
        _curve = _study is null ? [] : await History.CurveAsync(Viewer, _study.Id, Id, cancellationToken);
        _audit = await Audit.ListAsync(Viewer, Id, 0, 20, cancellationToken);
    }

    private protected override bool Concerns(LiveUpdate update) => true;
}
