using System.Security.Claims;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
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
    private bool _mayDecide;
    private bool _isHosted;
    private string? _message;
    private IReadOnlyList<DatasetVersion> _versions = [];
    private IReadOnlyList<SharedImages> _shared = [];
    private IReadOnlyList<AuditRow> _audit = [];

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private DatasetStore Store { get; set; } = default!;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private DatasetImages Images { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _dataset = await Store.FindAsync(Viewer, Id, cancellationToken);
        _audit = await Audit.ListAsync(Viewer, Id, 0, 20, cancellationToken);
        _report = _dataset?.QualityReportJson is { } report ? QualityReport.FromJson(report).WithoutNames() : null;
        _split = _dataset?.SplitRecordJson is { } split ? JsonSerializer.Deserialize<SplitRecord>(split, ProtocolJson.Options) : null;
        _versions = await Store.VersionsAsync(Viewer, Id, cancellationToken);
        _shared = await Store.SharedAsync(Viewer, Id, cancellationToken);
        ClaimsPrincipal user = (await Reader).User;
        Guid? owner = _dataset?.Row.InstitutionId;
        _isHosted = owner is not { } id || (await Institutions.FindAsync(Viewer, id, cancellationToken))?.IsHosted != false;
        _showsImages = _dataset is not null && _isHosted && PortalClaims.MaySeeImagesOf(user, owner, _dataset.Row.IsSynthetic);
        _mayDecide = _dataset is not null && PortalClaims.MayBringDataFor(user, owner);
    }

    private Task AcceptAsync(DateTimeOffset expiresAt) => DecideAsync(actor => Images.AcceptTermsAsync(Id, expiresAt, actor, CancellationToken.None));

    private Task WithdrawAsync() => DecideAsync(actor => Images.WithdrawTermsAsync(Id, actor, CancellationToken.None));

    private async Task DecideAsync(Func<string, Task> decide)
    {
        if (_mayDecide)
        {
            _message = await TryAsync(decide);
        }
    }

    private protected override bool Concerns(LiveUpdate update) => update.Id == Id;
}
