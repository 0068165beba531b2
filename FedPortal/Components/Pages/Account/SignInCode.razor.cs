using System.ComponentModel.DataAnnotations;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Components.Pages.Account;

/// <summary>The second step of signing in; reached only after the right password.</summary>
public partial class SignInCode
{
    private const int DigitCount = 6;
    private string? _error;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [SupplyParameterFromForm]
    private InputModel Input { get; set; } = default!;

    [SupplyParameterFromQuery(Name = Urls.ReturnUrlParameter)]
    private string? ReturnUrl { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Input ??= new InputModel();
        if (await SignInManager.GetTwoFactorAuthenticationUserAsync() is null)
        {
            Navigation.NavigateTo(Urls.SignInFor(ReturnUrl));
        }
    }

    private async Task SignInAsync()
    {
        if (await SignInManager.GetTwoFactorAuthenticationUserAsync() is not { } user)
        {
            Navigation.NavigateTo(Urls.SignInFor(ReturnUrl));
            return;
        }

        string digits = Input.Code.Replace(" ", "", StringComparison.Ordinal);
        bool isAppCode = digits.Length == DigitCount && digits.All(char.IsAsciiDigit);
        SignInResult result = isAppCode
            ? await SignInManager.TwoFactorAuthenticatorSignInAsync(digits, isPersistent: false, rememberClient: false)
            : await SignInManager.TwoFactorRecoveryCodeSignInAsync(Input.Code.Trim());
        if (result.Succeeded)
        {
            Navigation.NavigateTo(Urls.AfterSignIn(ReturnUrl, user.MustChangePassword));
            return;
        }

        await Audit.TellAsync("portal", "account", user.Id, $"Refused a wrong second factor of {user.Email}.", HttpContext.RequestAborted);
        _error = Texts["CodeRefused"].Value;
    }

    private sealed class InputModel
    {
        [Required(ErrorMessage = "Enter the code.")]
        [StringLength(40, ErrorMessage = "A code has at most 40 characters.")]
        public string Code { get; set; } = "";
    }
}
