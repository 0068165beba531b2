using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Jobs;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Comparisons;

/// <summary>Without an id the page shows what runs, or else the newest that has something to show.</summary>
public partial class ComparisonPage
{
    private const int MostRows = 50;

    private IReadOnlyList<ComparisonRunRow>? _rows;
    private IReadOnlyList<ComparisonChoice> _choices = [];
    private ComparisonDetail? _shown;
    private string? _problem;

    [Parameter]
    public Guid? Id { get; set; }

    [Inject]
    private ComparisonStore Store { get; set; } = default!;

    [Inject]
    private ComparisonSchedule Schedule { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _rows = await Store.ListAsync(Viewer, MostRows, cancellationToken);
        Guid? wanted = Id ?? (_rows.FirstOrDefault(row => !row.IsOver) ?? _rows.FirstOrDefault(row => row.Finished > 0) ?? (_rows is [var newest, ..] ? newest : null))?.Id;
        _shown = wanted is { } id ? await Store.FindAsync(Viewer, id, cancellationToken) : null;
        _choices = Viewer.SeesAll ? await Store.ChoicesAsync(Viewer, cancellationToken) : [];
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject == LiveSubject.Comparison;

    private async Task StartAsync(ComparisonOrder order)
    {
        Guid? started = null;
        _problem = await TryAsync(async actor => started = await Schedule.StartAsync(order, actor, CancellationToken.None));
        if (started is { } id)
        {
            Navigation.NavigateTo(Urls.ComparisonOf(id));
        }
        else
        {
            _problem ??= Texts["AnotherUnderWay"].Value;
        }
    }

    private async Task CancelAsync(Guid id) => _problem = await TryAsync(async actor =>
    {
        if (!await Schedule.CancelAsync(id, actor, CancellationToken.None))
        {
            throw new InvalidOperationException(Texts["ComparisonWasOver"].Value);
        }
    });
}
