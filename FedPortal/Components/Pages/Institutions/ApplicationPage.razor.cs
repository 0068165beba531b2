using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Institutions;

public partial class ApplicationPage
{
    private ApplicationRow? _application;
    private IReadOnlyList<AuditRow> _audit = [];
    private string _shortCode = "";
    private bool _isHosted;
    private string _reason = "";
    private string? _problem;

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private ApplicationStore Applications { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        bool isFirst = _application is null;
        _application = (await Applications.ListAsync(Viewer, cancellationToken)).FirstOrDefault(a => a.Id == Id);
        _audit = _application is null ? [] : await Audit.ListAsync(Viewer, Id, 0, 20, cancellationToken);
        if (isFirst && _application is not null)
        {
            (_shortCode, _isHosted) = (_application.Form.ShortCode, _application.Form.WantsHosting);
        }
    }

    private protected override bool Concerns(LiveUpdate update) => update.Id == Id;

    private async Task ApproveAsync()
    {
        (Guid? institution, _problem) = await Applications.ApproveAsync(Id, _shortCode.Trim(), _isHosted, PortalClaims.NameOf((await Reader).User), CancellationToken.None);
        if (institution is { } admitted)
        {
            Navigation.NavigateTo(Urls.Institution(admitted));
        }
    }

    private async Task DeclineAsync()
    {
        _problem = await Applications.DeclineAsync(Id, _reason.Trim(), PortalClaims.NameOf((await Reader).User), CancellationToken.None);
        await ReloadAsync();
    }
}
