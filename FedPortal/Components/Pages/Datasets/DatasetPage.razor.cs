using System.Text.Json;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Datasets;

public partial class DatasetPage
{
    private DatasetDetail? _dataset;
    private QualityReport? _report;
    private SplitRecord? _split;
    private bool _showsImages;
    private IReadOnlyList<AuditRow> _audit = [];

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private DatasetStore Store { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _dataset = await Store.FindAsync(Viewer, Id, cancellationToken);
        _audit = await Audit.ListAsync(Viewer, Id, 0, 20, cancellationToken);
        _report = _dataset?.QualityReportJson is { } report ? QualityReport.FromJson(report).WithoutNames() : null;
        _split = _dataset?.SplitRecordJson is { } split ? JsonSerializer.Deserialize<SplitRecord>(split, ProtocolJson.Options) : null;
        _showsImages = _dataset is not null && PortalClaims.MaySeeImagesOf((await Reader).User, _dataset.Row.InstitutionId, _dataset.Row.IsSynthetic);
    }

    private protected override bool Concerns(LiveUpdate update) => update.Id == Id;
}
