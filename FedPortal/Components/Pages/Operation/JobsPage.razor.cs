using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Operation;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Operation;

/// <summary>The state of the list is its address, so that a link shows another person the same rows.</summary>
public partial class JobsPage
{
    private const int PageSize = 50;

    private JobList? _jobs;
    private SchedulerView? _scheduler;
    private IReadOnlyDictionary<Guid, string> _names = new Dictionary<Guid, string>();
    private ClaimsPrincipal _reader = new();
    private string? _problem;

    [Inject]
    private JobDesk Desk { get; set; } = default!;

    [Inject]
    private SchedulerWatch Scheduler { get; set; } = default!;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Kind { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    private int Page => Math.Max(1, PageNumber ?? 1);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _reader = (await Reader).User;
        _names = (await Institutions.ListAsync(Viewer, cancellationToken)).ToDictionary(row => row.Id, row => row.Name);
        JobState? wanted = Enum.TryParse(State, out JobState state) ? state : null;
        _jobs = await Desk.ListAsync(Viewer, string.IsNullOrEmpty(Kind) ? null : Kind, wanted is null ? null : row => row.State == wanted, (Page - 1) * PageSize, PageSize, cancellationToken);
        _scheduler = Viewer.SeesAll ? await Scheduler.ReadAsync(cancellationToken) : null;
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject is LiveSubject.Round or LiveSubject.Study or LiveSubject.Dataset or LiveSubject.Comparison;

    private async Task CancelAsync(JobRow row)
    {
        _problem = await Desk.CancelAsync((await Reader).User, row.Kind, row.Id, CancellationToken.None);
        await ReloadAsync();
    }

    private async Task RetryAsync(JobRow row)
    {
        _problem = await Desk.RetryAsync((await Reader).User, row.Kind, row.Id, CancellationToken.None);
        await ReloadAsync();
    }

    private void Show(string? kind = null, string? state = null) => Navigation.NavigateTo(UrlOf(kind ?? Kind, state ?? State, page: 1));

    private static string UrlOf(string? kind, string? state, int page) =>
        Urls.With(Urls.Jobs, (nameof(kind), kind), (nameof(state), state), (nameof(page), page > 1 ? page : null));
}
