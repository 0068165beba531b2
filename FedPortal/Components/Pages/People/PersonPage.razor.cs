using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.People;

public partial class PersonPage
{
    private const int HistoryLength = 50;

    private readonly HashSet<string> _roles = [];
    private readonly HashSet<Guid> _chosen = [];
    private PersonRow? _person;
    private IReadOnlyList<InstitutionRow> _institutions = [];
    private IReadOnlyList<SessionRow> _sessions = [];
    private IReadOnlyList<AccessTokenRow> _tokens = [];
    private IReadOnlyList<AuditRow> _history = [];
    private string? _problem;

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private PeopleStore People { get; set; } = default!;

    [Inject]
    private SessionStore Sessions { get; set; } = default!;

    [Inject]
    private AccessTokenStore Tokens { get; set; } = default!;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    [Inject]
    private PeopleDesk Desk { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _person = await People.FindAsync(Viewer, Id, cancellationToken);
        if (_person is null)
        {
            return;
        }

        _institutions = await Institutions.ListAsync(Viewer, cancellationToken);
        _sessions = await Sessions.ListAsync(Id, cancellationToken);
        _tokens = await Tokens.ListAsync(Id, cancellationToken);
        _history = await Audit.ListAsync(Viewer, Id, 0, HistoryLength, cancellationToken);
        _roles.Clear();
        _roles.UnionWith(_person.Roles);
        _chosen.Clear();
        _chosen.UnionWith(_person.InstitutionIds);
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject == LiveSubject.Account && update.Id == Id;

    private Task<string?> ChangeRightsAsync(Guid person, ClaimsPrincipal actor, CancellationToken cancellationToken) =>
        Desk.ChangeRightsAsync(person, [.. Roles.All.Where(_roles.Contains)], [.. _chosen], actor, cancellationToken);

    private async Task ActAsync(Func<Guid, ClaimsPrincipal, CancellationToken, Task<string?>> act)
    {
        _problem = await act(Id, (await Reader).User, CancellationToken.None);
        if (_problem is null)
        {
            await ReloadAsync();
        }
    }

    private async Task RevokeTokenAsync(Guid token)
    {
        await Desk.RevokeTokenAsync(Id, token, (await Reader).User, CancellationToken.None);
        await ReloadAsync();
    }

    private async Task EndSessionAsync(Guid session)
    {
        await Desk.EndSessionAsync(Id, session, (await Reader).User, CancellationToken.None);
        await ReloadAsync();
    }
}
