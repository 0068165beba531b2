using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Training.Datasets;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Datasets;

/// <summary>The images of a hosted data set; which of them are shown is in the address.</summary>
public sealed partial class DatasetImagesPage
{
    private const int PageSize = 48;

    private DatasetDetail? _dataset;
    private IReadOnlyList<DatasetImage> _images = [];
    private IReadOnlyList<DatasetImage> _shown = [];
    private Dictionary<int, TextSuspect> _suspects = [];
    private string[] _labels = [];
    private DatasetImage? _open;
    private bool _mayEdit;
    private string? _message;

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery]
    public string? Only { get; set; }

    [SupplyParameterFromQuery]
    public string? Label { get; set; }

    /// <summary>The image in the viewer, from 0.</summary>
    [SupplyParameterFromQuery]
    public int? Open { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public int? PageNumber { get; set; }

    [Inject]
    private DatasetStore Store { get; set; } = default!;

    [Inject]
    private DatasetImages Images { get; set; } = default!;

    [Inject]
    private DatasetIntake Intake { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private int Page => Math.Max(1, PageNumber ?? 1);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        ClaimsPrincipal user = (await Reader).User;
        DatasetDetail? found = await Store.FindAsync(Viewer, Id, cancellationToken);
        IReadOnlyList<DatasetImage>? images = found is not null && PortalClaims.MaySeeImagesOf(user, found.Row.InstitutionId, found.Row.IsSynthetic)
            ? await Images.ListAsync(Id, cancellationToken)
            : null;
        _dataset = images is null ? null : found;
        _images = images ?? [];
        _suspects = found?.QualityReportJson is { } json ? QualityReport.FromJson(json).TextSuspects.ToDictionary(suspect => suspect.Index) : [];
        _labels = [.. _images.Select(image => image.Label).Distinct().Order(StringComparer.Ordinal)];
        _mayEdit = found is { Row.IsNewest: true } && PortalClaims.MayBringDataFor(user, found.Row.InstitutionId);
        _shown = [.. _images.Where(IsShown)];
        _open = Open is { } index && index >= 0 && index < _images.Count ? _images[index] : null;
    }

    private protected override bool Concerns(LiveUpdate update) => update.Id == Id;

    private bool IsShown(DatasetImage image) =>
        (string.IsNullOrEmpty(Label) || image.Label == Label)
        && Only switch
        {
            "writing" => _suspects.ContainsKey(image.Index),
            "unjudged" => _suspects.ContainsKey(image.Index) && !_dataset!.JudgedHarmless.Contains(image.Index),
            "changed" => ChangeOf(image.Index) is not null,
            _ => true,
        };

    private DatasetChange? ChangeOf(int index) => _dataset!.Draft.FirstOrDefault(change => change.Index == index);

    private TextSuspect? SuspectOf(int index) => _suspects.GetValueOrDefault(index);

    private string With(int page, int? open) =>
        Urls.With(Urls.DatasetImages(Id), ("only", Only), ("label", Label), ("page", page > 1 ? page : null), ("open", open));

    private string UrlOf(int index) => With(Page, index);

    // The image before or after the open one among those that are shown.
    private string? UrlBeside(int step)
    {
        int at = _shown.Index().Where(image => image.Item.Index == Open).Select(image => image.Index).FirstOrDefault(-1) + step;
        return at >= 0 && at < _shown.Count ? With((at / PageSize) + 1, _shown[at].Index) : null;
    }

    private void Filter(object? only, object? label) => Navigation.NavigateTo(Urls.With(Urls.DatasetImages(Id), ("only", only), ("label", label)));

    private Task DecideAsync(DatasetChange change) => ActAsync(actor => Images.DecideAsync(Id, change, actor, CancellationToken.None));

    private Task JudgeAsync((int Index, bool IsHarmless) judgement) => ActAsync(actor => Images.JudgeAsync(Id, judgement.Index, judgement.IsHarmless, actor, CancellationToken.None));

    private Task DiscardAsync() => ActAsync(actor => Images.DiscardAsync(Id, actor, CancellationToken.None));

    private Task ReviseAsync() => ActAsync(async actor => Navigation.NavigateTo(Urls.Dataset(await Intake.ReviseAsync(Id, actor, CancellationToken.None))));

    private async Task ActAsync(Func<string, Task> act)
    {
        if (_mayEdit)
        {
            _message = await TryAsync(act);
        }
    }
}
