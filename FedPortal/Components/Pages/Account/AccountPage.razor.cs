using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Account;

/// <summary>The own account. It is a page of plain forms, because each of its acts may renew the cookie.</summary>
public partial class AccountPage
{
    private PortalUser? _user;
    private Guid? _present;
    private bool _hasPassword;
    private bool _mustAddFactor;
    private int _codesLeft;
    private string? _problem;
    private IReadOnlyList<string>? _codes;
    private IReadOnlyList<string> _roles = [];
    private IReadOnlyList<string> _institutions = [];
    private IReadOnlyList<PasskeyRow> _passkeys = [];
    private IReadOnlyList<SessionRow> _sessions = [];

    [Inject]
    private OwnAccount Account { get; set; } = default!;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private SecondFactorGate Gate { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [SupplyParameterFromForm]
    private ActModel Act { get; set; } = default!;

    /// <summary>What was just done; only words we know are shown.</summary>
    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    private CancellationToken Leaving => HttpContext.RequestAborted;

    private string? DoneText => Done switch
    {
        "welcome" => Texts["AccountReady"].Value,
        "password" => Texts["PasswordChanged"].Value,
        "passkey" => Texts["PasskeyAdded"].Value,
        "removed" => Texts["PasskeyRemoved"].Value,
        "off" => Texts["AppTurnedOff"].Value,
        "session" => Texts["SessionEnded"].Value,
        _ => null,
    };

    protected override async Task OnInitializedAsync()
    {
        Act ??= new ActModel();
        if (await Account.FindAsync(HttpContext.User) is not { } user)
        {
            Navigation.NavigateTo(Urls.SignIn);
            return;
        }

        await ShowAsync(user);
    }

    private async Task ShowAsync(PortalUser user)
    {
        _user = user;
        _present = PortalClaims.SessionOf(HttpContext.User);
        _hasPassword = user.PasswordHash is not null;
        _mustAddFactor = await Gate.IsClosedForAsync(HttpContext.User, Leaving);
        _codesLeft = await Account.RecoveryCodesLeftAsync(user);
        _roles = [.. HttpContext.User.FindAll(System.Security.Claims.ClaimTypes.Role).Select(claim => claim.Value)];
        _institutions = [.. (await Institutions.ListAsync(PortalClaims.ViewerOf(HttpContext.User), Leaving)).Where(row => user.InstitutionIds.Contains(row.Id)).Select(row => row.Name)];
        _passkeys = await Account.PasskeysAsync(user);
        _sessions = await Account.SessionsAsync(user, Leaving);
    }

    private async Task ChangeCodeAppAsync()
    {
        if (Act.What == "renew")
        {
            (_codes, _problem) = await Account.RenewRecoveryCodesAsync(_user!, Act.Password, Leaving);
            _codesLeft = await Account.RecoveryCodesLeftAsync(_user!);
        }
        else
        {
            _problem = await Account.TurnCodeAppOffAsync(_user!, Act.Password, Leaving);
            Leave(Urls.AccountDone("off"));
        }
    }

    private async Task AddPasskeyAsync()
    {
        _problem = await Account.AddPasskeyAsync(_user!, Act.Credential ?? "", Act.Name ?? "", Act.Password, Leaving);
        Leave(Urls.AccountDone("passkey"));
    }

    private async Task RemovePasskeyAsync()
    {
        await Account.RemovePasskeyAsync(_user!, Act.Passkey ?? "", Leaving);
        Leave(Urls.AccountDone("removed"));
    }

    private async Task EndSessionAsync()
    {
        if (Act.What == "others")
        {
            await Account.EndOtherSessionsAsync(_user!, Leaving);
        }
        else if (Act.Session is { } session)
        {
            await Account.EndSessionAsync(_user!, session, Leaving);
        }

        Leave(Urls.AccountDone("session"));
    }

    private void Leave(string url)
    {
        if (_problem is null)
        {
            Navigation.NavigateTo(url);
        }
    }

    private sealed class ActModel
    {
        public string? What { get; set; }

        public string? Password { get; set; }

        public string? Credential { get; set; }

        public string? Name { get; set; }

        public string? Passkey { get; set; }

        public Guid? Session { get; set; }
    }
}
