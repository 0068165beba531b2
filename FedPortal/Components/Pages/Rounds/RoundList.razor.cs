using FedPortal.Data;
using FedPortal.Rounds;
using Microsoft.AspNetCore.Components;
using Radzen;

namespace FedPortal.Components.Pages.Rounds;

/// <summary>The state of the list is its address, so that a link shows another person the same rows.</summary>
public partial class RoundList
{
    private const int PageSize = 25;

    private IReadOnlyList<RoundRow>? _rows;
    private IReadOnlyList<StudyRow> _studies = [];
    private int _count;

    [Inject]
    private RoundStore Store { get; set; } = default!;

    [Inject]
    private StudyStore StudyStore { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Study { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [SupplyParameterFromQuery]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery]
    private bool Ascending { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    private int Page => Math.Max(1, PageNumber ?? 1);

    private RoundSort SortedBy => Enum.TryParse(Sort, out RoundSort sort) ? sort : RoundSort.Opened;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        RoundFilter filter = new(
            Guid.TryParse(Study, out Guid study) ? study : null,
            Enum.TryParse(State, out RoundState state) ? state : null);
        _count = await Store.CountAsync(filter, cancellationToken);
        _rows = await Store.ListAsync(filter, SortedBy, Ascending, (Page - 1) * PageSize, PageSize, cancellationToken);
        _studies = await StudyStore.ListAsync(cancellationToken);
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject is LiveSubject.Round or LiveSubject.Study;

    private SortOrder? OrderOf(RoundSort column) => column != SortedBy ? null : Ascending ? SortOrder.Ascending : SortOrder.Descending;

    private void OnSort(LoadDataArgs args)
    {
        SortDescriptor? sort = args.Sorts?.FirstOrDefault();
        bool ascending = sort?.SortOrder == SortOrder.Ascending;
        RoundSort column = Enum.TryParse(sort?.Property, out RoundSort named) ? named : RoundSort.Opened;
        if (column != SortedBy || ascending != Ascending)
        {
            Navigation.NavigateTo(UrlOf(Study, State, column.ToString(), ascending, page: 1));
        }
    }

    private void Show(string? study = null, string? state = null) =>
        Navigation.NavigateTo(UrlOf(study ?? Study, state ?? State, Sort, Ascending, page: 1));

    private string UrlOf(int page) => UrlOf(Study, State, Sort, Ascending, page);

    private static string UrlOf(string? study, string? state, string? sort, bool ascending, int page) => Urls.With(
        Urls.Rounds,
        (nameof(study), study), (nameof(state), state), (nameof(sort), sort == nameof(RoundSort.Opened) && !ascending ? null : sort),
        (nameof(ascending), ascending ? "true" : null), (nameof(page), page > 1 ? page : null));
}
