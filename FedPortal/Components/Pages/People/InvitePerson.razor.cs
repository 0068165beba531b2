using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace FedPortal.Components.Pages.People;

public sealed partial class InvitePerson : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly HashSet<string> _roles = [Roles.Coordinator];
    private readonly HashSet<Guid> _chosen = [];
    private IReadOnlyList<InstitutionRow> _institutions = [];
    private string _name = "";
    private string _email = "";
    private string? _problem;
    private string? _link;
    private string _mailed = "";
    private bool _isBusy;

    [Inject]
    private PeopleDesk Desk { get; set; } = default!;

    [Inject]
    private InvitationMail Mail { get; set; } = default!;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Reader { get; set; } = default!;

    /// <summary>Whose coordinator is to be invited; its contact stands in the form then.</summary>
    [SupplyParameterFromQuery(Name = "institution")]
    private Guid? Institution { get; set; }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Viewer viewer = PortalClaims.ViewerOf((await Reader).User);
        _institutions = await Institutions.ListAsync(viewer, _leaving.Token);
        if (Institution is { } id && await Institutions.RecordAsync(viewer, id, _leaving.Token) is { } record)
        {
            (_name, _email) = (record.ContactName, record.ContactEmail);
            _chosen.Add(id);
        }
    }

    private async Task InviteAsync()
    {
        _isBusy = true;
        var offer = new InvitationOffer(_email, _name, [.. Roles.All.Where(_roles.Contains)], [.. _chosen]);
        (string? token, _problem) = await Desk.InviteAsync(offer, (await Reader).User, _leaving.Token);
        if (token is not null)
        {
            _link = Mail.LinkOf(token, Navigation.BaseUri);
            _mailed = await MailedAsync(offer, _link);
        }

        _isBusy = false;
    }

    private async Task<string> MailedAsync(InvitationOffer offer, string link)
    {
        if (!Mail.IsConfigured)
        {
            return Texts["NoMailServer"].Value;
        }

        string? problem = await Mail.SendAsync(offer, link, PortalClaims.NameOf((await Reader).User), _leaving.Token);
        return problem ?? Texts["LinkSentTo", offer.Email].Value;
    }

    private void Again()
    {
        (_link, _name, _email, _problem) = (null, "", "", null);
        _chosen.Clear();
    }
}
