using System.ComponentModel.DataAnnotations;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Components.Pages.Account;

public partial class ChangePassword
{
    private IReadOnlyList<string> _errors = [];
    private bool _isForced;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private OwnAccount Account { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [SupplyParameterFromForm]
    private InputModel Input { get; set; } = default!;

    [SupplyParameterFromQuery(Name = Urls.ReturnUrlParameter)]
    private string? ReturnUrl { get; set; }

    protected override void OnInitialized()
    {
        Input ??= new InputModel();
        _isForced = HttpContext.User.HasClaim(claim => claim.Type == PortalClaims.MustChangePassword);
    }

    private async Task ChangeAsync()
    {
        if (Input.New == Input.Current)
        {
            _errors = [Texts["PasswordMustDiffer"].Value];
            return;
        }

        UserManager<PortalUser> users = SignInManager.UserManager;
        PortalUser? user = await users.GetUserAsync(HttpContext.User);
        if (user is null)
        {
            Navigation.NavigateTo(Urls.SignIn);
            return;
        }

        user.MustChangePassword = false;
        IdentityResult changed = await users.ChangePasswordAsync(user, Input.Current, Input.New);
        if (!changed.Succeeded)
        {
            _errors = [.. changed.Errors.Select(error => error.Description)];
            return;
        }

        await Account.EndOthersAsync(user, "The password was changed.", HttpContext.RequestAborted);
        Navigation.NavigateTo(Urls.LocalOr(ReturnUrl, _isForced ? Urls.Overview : Urls.AccountDone("password")));
    }

    private sealed class InputModel
    {
        [Required(ErrorMessage = "Enter the present password.")]
        public string Current { get; set; } = "";

        [Required(ErrorMessage = "Enter a new password.")]
        public string New { get; set; } = "";

        [Compare(nameof(New), ErrorMessage = "The two new passwords differ.")]
        public string Again { get; set; } = "";
    }
}
