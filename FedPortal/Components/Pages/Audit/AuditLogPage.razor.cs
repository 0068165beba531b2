using System.Globalization;
using FedPortal.Audit;
using FedPortal.Data;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Audit;

/// <summary>The state of the list is its address, so that a link shows another person the same entries.</summary>
public partial class AuditLogPage
{
    private const int PageSize = 50;

    private IReadOnlyList<AuditRow>? _rows;
    private IReadOnlyList<string> _actors = [];
    private IReadOnlyList<string> _subjects = [];
    private AuditLogState? _state;
    private int _count;

    [Inject]
    private AuditStore Store { get; set; } = default!;

    [Inject]
    private AuditLogStore Log { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? Actor { get; set; }

    [SupplyParameterFromQuery]
    private string? Subject { get; set; }

    [SupplyParameterFromQuery]
    private string? From { get; set; }

    [SupplyParameterFromQuery]
    private string? To { get; set; }

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    private int Page => Math.Max(1, PageNumber ?? 1);

    private AuditFilter Filter => new(Actor, Subject, DayOf(From), DayOf(To), Text);

    private string ExportUrl => UrlOf(Urls.AuditExport, Filter, number: 1);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _count = await Store.CountAsync(Viewer, Filter, cancellationToken);
        _rows = await Store.ListAsync(Viewer, Filter, (Page - 1) * PageSize, PageSize, cancellationToken);
        (_actors, _subjects) = await Store.NamesAsync(Viewer, cancellationToken);
        _state = Viewer.SeesAll ? await Log.StateAsync(cancellationToken) : null;
    }

    private protected override bool Concerns(LiveUpdate update) => true;

    private void Show(AuditFilter filter) => Navigation.NavigateTo(UrlOf(Urls.Audit, filter, number: 1));

    private string UrlOf(int page) => UrlOf(Urls.Audit, Filter, page);

    private static string UrlOf(string page, AuditFilter filter, int number) => Urls.With(
        page,
        ("actor", filter.Actor), ("subject", filter.Subject), ("from", Day(filter.From)), ("to", Day(filter.To)), ("text", filter.Text),
        ("page", number > 1 ? number : null));

    private static string? UrlOf(AuditRow row) => (row.Subject, row.SubjectId) switch
    {
        (_, null) => null,
        ("study", { } id) => Urls.Study(id),
        ("round", { } id) => Urls.Round(id),
        ("institution", { } id) => Urls.Institution(id),
        ("data set", { } id) => Urls.Dataset(id),
        _ => null,
    };

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly? DayOf(object? text) =>
        DateOnly.TryParseExact(text as string, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;
}
