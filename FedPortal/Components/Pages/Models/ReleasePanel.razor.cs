using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace FedPortal.Components.Pages.Models;

public partial class ReleasePanel
{
    private string _reason = "";
    private string _proof = "";
    private int _tries; // a new try asks anew how to confirm
    private string? _answer;
    private bool _isRefused;
    private bool _isBusy;
    private IReadOnlyList<SignerRole> _roles = [];
    private ClaimsPrincipal _user = new();

    [Parameter, EditorRequired]
    public ModelDetail Model { get; set; } = default!;

    [Inject]
    private SigningDesk Desk { get; set; } = default!;

    [Inject]
    private ReleaseStore Releases { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Reader { get; set; } = default!;

    protected override async Task OnParametersSetAsync()
    {
        _user = (await Reader).User;
        _roles = [.. Enum.GetValues<SignerRole>().Where(role => SigningDesk.MaySignAs(_user, role))];
    }

    private async Task SignAsync(SignerRole role)
    {
        if (!_roles.Contains(role))
        {
            return;
        }

        _isBusy = true;
        SigningResult result = await Desk.SignReleaseAsync(_user, _proof, Model.Row.StudyId, Model.Row.Version, Model.Evidence.Digest, role, _reason, CancellationToken.None);
        Show(result.Refusal, result.IsReleased ? Texts["SignedReleased"].Value : Texts["SignedOtherMissing"].Value);
        (_proof, _isBusy, _tries) = ("", false, _tries + 1);
    }

    private async Task WithdrawAsync() =>
        Show(await Releases.WithdrawAsync(Model.Row.StudyId, Model.Row.Version, PortalClaims.NameOf(_user), _reason, CancellationToken.None), Texts["VersionIsWithdrawn"].Value);

    private async Task RollBackAsync() =>
        Show(await Releases.RollBackAsync(Model.Row.StudyId, Model.Row.Version, PortalClaims.NameOf(_user), _reason, CancellationToken.None), Texts["VersionCurrentAgain"].Value);

    private void Show(string? refusal, string success)
    {
        _isRefused = refusal is not null;
        _answer = refusal ?? success;
        _reason = _isRefused ? _reason : "";
    }
}
