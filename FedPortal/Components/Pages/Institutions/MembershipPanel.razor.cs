using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Institutions;

public partial class MembershipPanel
{
    private InstitutionRecord? _record;
    private bool _isAdmin;
    private bool _maySpeak;
    private bool _isEditing;
    private string _name = "";
    private string _email = "";
    private string _reason = "";
    private string? _problem;

    [Parameter, EditorRequired]
    public InstitutionRow Row { get; set; } = default!;

    [Inject]
    private InstitutionStore Store { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        System.Security.Claims.ClaimsPrincipal user = (await Reader).User;
        _isAdmin = user.IsInRole(Roles.Admin);
        _maySpeak = PortalClaims.MayBringDataFor(user, Row.Id);
        _record = await Store.RecordAsync(Viewer, Row.Id, cancellationToken);
    }

    private protected override bool Concerns(LiveUpdate update) => update.Id == Row.Id;

    private void Edit(InstitutionRecord record) => (_isEditing, _name, _email) = (true, record.ContactName, record.ContactEmail);

    private async Task SaveContactAsync()
    {
        await ActAsync(actor => Store.NameContactAsync(Row.Id, _name, _email, actor, CancellationToken.None));
        _isEditing = false;
    }

    private async Task SuspendAsync()
    {
        await ActAsync(actor => Store.SuspendAsync(Row.Id, _reason.Trim(), actor, CancellationToken.None));
        _reason = "";
    }

    private Task ReactivateAsync() => ActAsync(actor => Store.ReactivateAsync(Row.Id, actor, CancellationToken.None));

    private async Task ActAsync(Func<string, Task> act) => _problem = await TryAsync(act);
}
