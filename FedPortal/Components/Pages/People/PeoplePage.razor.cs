using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.People;

public partial class PeoplePage
{
    private IReadOnlyList<PersonRow>? _people;
    private IReadOnlyList<InvitationRow> _invitations = [];
    private bool _requiresFactor;
    private bool _mayManage;

    [Inject]
    private PeopleStore People { get; set; } = default!;

    [Inject]
    private PeopleDesk Desk { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _mayManage = (await Reader).User.IsInRole(Roles.Admin);
        _people = await People.ListAsync(Viewer, cancellationToken);
        _invitations = await People.InvitationsAsync(Viewer, cancellationToken);
        _requiresFactor = await People.SecondFactorIsRequiredOfAdminsAsync(cancellationToken);
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject == LiveSubject.Account;

    private string FactorOf(PersonRow person) => (person.HasCodeApp, person.Passkeys) switch
    {
        (true, > 0) => Texts["FactorAppAndPasskey"].Value,
        (true, _) => Texts["FactorApp"].Value,
        (_, > 0) => Texts["FactorPasskey"].Value,
        _ => Texts["FactorNone"].Value,
    };

    private async Task WithdrawAsync(Guid invitation) => await Desk.WithdrawAsync(invitation, await ReaderAsync(), CancellationToken.None);

    private async Task RequireFactorAsync(ChangeEventArgs change)
    {
        await Desk.RequireSecondFactorOfAdminsAsync(change.Value is true, await ReaderAsync(), CancellationToken.None);
        await ReloadAsync();
    }

    private async Task<ClaimsPrincipal> ReaderAsync() => (await Reader).User;
}
