using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace FedPortal.Components.Pages.Datasets;

/// <summary>Files go by HTTP straight to the upload endpoints, not through the page's connection.</summary>
public sealed partial class BringDataset : IAsyncDisposable
{
    private IReadOnlyList<InstitutionRow> _institutions = [];
    private IReadOnlyList<UploadProgress> _open = [];
    private ElementReference _zone;
    private ElementReference _files;
    private ElementReference _tree;
    private IJSObjectReference? _module;
    private IJSObjectReference? _upload;
    private DotNetObjectReference<BringDataset>? _self;
    private Choice? _chosen;
    private Guid _institution;
    private Guid _user;
    private string _name = "";
    private string _label = "";
    private string _folder = "";
    private string? _message;
    private bool _isAdmin;
    private bool _isSending;
    private double _sent;
    private long _begun;
    private double _begunAt;
    private TimeSpan? _remaining;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private DatasetIntake Intake { get; set; } = default!;

    [Inject]
    private UploadSessions Uploads { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Reader { get; set; } = default!;

    private bool CanSend => !_isSending && _chosen is { Files: > 0 } chosen && !string.IsNullOrWhiteSpace(_name) && (chosen.Loose == 0 || !string.IsNullOrWhiteSpace(_label));

    /// <summary>Called from the browser when files were dropped or chosen.</summary>
    [JSInvokable]
    public void OnChosen(int files, long bytes, string[] folders, int loose, int skipped)
    {
        _chosen = new Choice(files, bytes, folders, loose, skipped);
        _message = files == 0 ? Texts["NothingCanBeSent"].Value : null;
        StateHasChanged();
    }

    /// <summary>Called from the browser while files travel.</summary>
    [JSInvokable]
    public void OnProgress(double sent, double total)
    {
        _sent = total > 0 ? sent / total : 0;
        if (_begun == 0)
        {
            (_begun, _begunAt) = (Clock.GetTimestamp(), _sent);
        }
        else if (_sent > _begunAt)
        {
            _remaining = Clock.GetElapsedTime(_begun) * ((1 - _sent) / (_sent - _begunAt));
        }

        StateHasChanged();
    }

    /// <summary>Called from the browser at the end.</summary>
    /// <param name="status">201 when the import has begun.</param>
    /// <param name="answer">The data set's id, or what went wrong, in words.</param>
    [JSInvokable]
    public void OnDone(int status, string answer)
    {
        _isSending = false;
        if (status == StatusCodes.Status201Created && Guid.TryParse(answer, out Guid dataset))
        {
            Navigation.NavigateTo(Urls.Dataset(dataset));
            return;
        }

        _message = answer;
        _open = Uploads.OpenOf(_user);
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        try
        {
            foreach (IJSObjectReference reference in new[] { _upload, _module }.OfType<IJSObjectReference>())
            {
                await reference.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The tab is closed; there is nothing left to release.
        }
    }

    protected override async Task OnInitializedAsync()
    {
        ClaimsPrincipal user = (await Reader).User;
        _isAdmin = user.IsInRole(Roles.Admin);
        _user = PortalClaims.IdOf(user);
        _open = Uploads.OpenOf(_user);
        _institutions = [.. (await Institutions.ListAsync(PortalClaims.ViewerOf(user), CancellationToken.None)).Where(row => row.IsHosted && PortalClaims.MayBringDataFor(user, row.Id))];
        _institution = _institutions.Count > 0 ? _institutions[0].Id : Guid.Empty;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_upload is null && _self is null && _institutions.Count > 0)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await Js.InvokeAsync<IJSObjectReference>("import", Assets["assets/upload.js"] is var path && path.StartsWith('/') ? path : "/" + path);
            _upload = await _module.InvokeAsync<IJSObjectReference>("attach", _zone, new[] { _files, _tree }, _self);
        }
    }

    private async Task SendAsync(Guid? resume)
    {
        (_message, _isSending, _sent, _begun, _remaining) = (null, true, 0, 0, null);
        string token = Antiforgery.GetAntiforgeryToken()?.Value ?? "";
        await _upload!.InvokeVoidAsync("send", Urls.UploadSessions, token, new { institution = _institution, name = _name, label = _label.Trim() }, resume);
    }

    private async Task CancelAsync() => await _upload!.InvokeVoidAsync("cancel");

    private void Forget(Guid id)
    {
        if (Uploads.Find(id, _user) is not null)
        {
            Uploads.Cancel(id);
        }

        _open = Uploads.OpenOf(_user);
    }

    private async Task ImportFolderAsync()
    {
        if (!Directory.Exists(_folder))
        {
            _message = Texts["NoSuchFolder"].Value;
            return;
        }

        string actor = PortalClaims.NameOf((await Reader).User);
        Guid dataset = await Intake.FromFolderAsync(_name, _institution, _folder, hospital: null, seed: 1, actor, CancellationToken.None);
        Navigation.NavigateTo(Urls.Dataset(dataset));
    }

    private sealed record Choice(int Files, long Bytes, string[] Folders, int Loose, int Skipped);
}
