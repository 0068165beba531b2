using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Inference;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Inference;

public partial class KeyList
{
    private IReadOnlyList<InferenceKeyRow>? _keys;
    private IReadOnlyList<ServedVersion> _models = [];
    private IReadOnlyList<InstitutionRow> _institutions = [];
    private bool _isAdmin;
    private string? _made;
    private string _example = "";
    private string? _problem;
    private string _name = "";
    private Guid _study;
    private Guid _institution;
    private int _perDay = 1000;
    private int _perMinute = 20;
    private DateOnly _end;

    [Inject]
    private InferenceKeyStore Store { get; set; } = default!;

    [Inject]
    private InferenceStore Models { get; set; } = default!;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _isAdmin = (await Reader).User.IsInRole(Roles.Admin);
        _keys = await Store.ListAsync(Viewer, cancellationToken);
        if (!_isAdmin)
        {
            return;
        }

        _models = await Models.ListAsync(cancellationToken);
        _institutions = await Institutions.ListAsync(Viewer, cancellationToken);
        _study = _models.Any(model => model.StudyId == _study) ? _study : _models.Count > 0 ? _models[0].StudyId : Guid.Empty;
        _institution = _institution == Guid.Empty && _institutions.Count > 0 ? _institutions[0].Id : _institution;
        _end = _end == default ? DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime).AddDays(90) : _end;
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject is LiveSubject.Study;

    private async Task MakeAsync()
    {
        var offer = new InferenceKeyOffer(_study, _institution, _name, _perDay, _perMinute, new DateTimeOffset(_end, TimeOnly.MinValue, TimeSpan.Zero));
        string? made = null;
        _problem = await TryAsync(async actor => made = await Store.CreateAsync(offer, actor, CancellationToken.None));
        if (made is not null)
        {
            (_made, _name) = (made, "");
            _example = Navigation.BaseUri.TrimEnd('/') + Urls.AskModel(offer.StudyId);
        }
    }

    private async Task RevokeAsync(Guid id)
    {
        string? refusal = null;
        _problem = await TryAsync(async actor => refusal = await Store.RevokeAsync(id, actor, CancellationToken.None)) ?? refusal;
    }
}
