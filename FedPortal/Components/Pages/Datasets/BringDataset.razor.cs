using System.Security.Claims;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace FedPortal.Components.Pages.Datasets;

/// <summary>The file goes by HTTP straight to the upload endpoint, not through the page's connection.</summary>
public sealed partial class BringDataset : IAsyncDisposable
{
    private IReadOnlyList<InstitutionRow> _institutions = [];
    private ElementReference _file;
    private IJSObjectReference? _module;
    private DotNetObjectReference<BringDataset>? _self;
    private Guid _institution;
    private string _name = "";
    private string _folder = "";
    private string? _message;
    private bool _isAdmin;
    private bool _isSending;
    private double _sent;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private DatasetIntake Intake { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Reader { get; set; } = default!;

    /// <summary>Called from the browser while the file travels.</summary>
    [JSInvokable]
    public void OnProgress(double loaded, double total)
    {
        _sent = total > 0 ? loaded / total : 0;
        StateHasChanged();
    }

    /// <summary>Called from the browser at the end.</summary>
    /// <param name="status">Of the HTTP answer; 0 when the connection broke.</param>
    /// <param name="answer">Its body.</param>
    [JSInvokable]
    public void OnDone(int status, string answer)
    {
        _isSending = false;
        if (status == StatusCodes.Status201Created)
        {
            Navigation.NavigateTo(Urls.Dataset(JsonDocument.Parse(answer).RootElement.GetProperty("id").GetGuid()));
            return;
        }

        _message = status switch
        {
            0 => "The connection broke before the file was sent whole. Nothing was kept.",
            StatusCodes.Status413PayloadTooLarge => "The file is larger than this portal takes.",
            StatusCodes.Status403Forbidden => "You may not bring data for this institution.",
            _ => $"The portal refused the file (status {status}). Load the page again and retry.",
        };
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _self?.Dispose();
        if (_module is not null)
        {
            try
            {
                await _module.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The tab is closed; there is nothing left to release.
            }
        }
    }

    protected override async Task OnInitializedAsync()
    {
        ClaimsPrincipal user = (await Reader).User;
        _isAdmin = user.IsInRole(Roles.Admin);
        _institutions = [.. (await Institutions.ListAsync(PortalClaims.ViewerOf(user), CancellationToken.None)).Where(row => PortalClaims.MayBringDataFor(user, row.Id))];
        _institution = _institutions.Count > 0 ? _institutions[0].Id : Guid.Empty;
    }

    private async Task SendAsync()
    {
        _message = null;
        _module ??= await Js.InvokeAsync<IJSObjectReference>("import", Assets["assets/upload.js"] is var path && path.StartsWith('/') ? path : "/" + path);
        _self ??= DotNetObjectReference.Create(this);
        string token = Antiforgery.GetAntiforgeryToken()?.Value ?? "";
        _isSending = await _module.InvokeAsync<bool>("send", _file, Urls.Upload(_institution, _name), token, _self);
        _message = _isSending ? null : "Choose a zip file first.";
    }

    private async Task ImportFolderAsync()
    {
        if (!Directory.Exists(_folder))
        {
            _message = "The portal's machine has no such folder.";
            return;
        }

        string actor = PortalClaims.NameOf((await Reader).User);
        Guid dataset = await Intake.FromFolderAsync(_name, _institution, _folder, hospital: null, seed: 1, actor, CancellationToken.None);
        Navigation.NavigateTo(Urls.Dataset(dataset));
    }
}
