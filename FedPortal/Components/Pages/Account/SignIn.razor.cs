using System.ComponentModel.DataAnnotations;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Components.Pages.Account;

public partial class SignIn
{
    private string? _error;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private IPasswordHasher<PortalUser> Hasher { get; set; } = default!;

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
        if (HttpContext.User.Identity?.IsAuthenticated is true && HttpMethods.IsGet(HttpContext.Request.Method))
        {
            Navigation.NavigateTo(Target);
        }
    }

    private string Target => Urls.IsLocal(ReturnUrl) ? ReturnUrl! : Urls.Overview;

    private async Task SignInAsync()
    {
        PortalUser? user = await SignInManager.UserManager.FindByEmailAsync(Input.Email.Trim());
        if (user is null)
        {
            // The same work as for a known address, so that the time taken tells nothing.
            Hasher.HashPassword(new PortalUser(), Input.Password);
        }

        SignInResult result = user is null
            ? SignInResult.Failed
            : await SignInManager.PasswordSignInAsync(user, Input.Password, isPersistent: false, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            Navigation.NavigateTo(user!.MustChangePassword ? Urls.With(Urls.ChangePassword, (Urls.ReturnUrlParameter, ReturnUrl)) : Target);
            return;
        }

        // One sentence for all failures: it does not tell whether the address is known or the account is locked.
        _error = "E-mail or password is wrong, or the account is locked for some minutes.";
    }

    private sealed class InputModel
    {
        [Required(ErrorMessage = "Enter your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Enter your password.")]
        public string Password { get; set; } = "";
    }
}
