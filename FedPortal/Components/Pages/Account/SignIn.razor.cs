using System.ComponentModel.DataAnnotations;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Identity.Organisation;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

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

    [Inject]
    private IOptions<OrganisationOptions> Organisation { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "sign-in")]
    private InputModel Input { get; set; } = default!;

    /// <summary>What the browser's passkey answered, as JSON.</summary>
    [SupplyParameterFromForm]
    private string? Credential { get; set; }

    [SupplyParameterFromQuery(Name = Urls.ReturnUrlParameter)]
    private string? ReturnUrl { get; set; }

    /// <summary>What went wrong on the way through the organisation; only words we know are shown.</summary>
    [SupplyParameterFromQuery]
    private string? Problem { get; set; }

    private string OrganisationUrl => Urls.With(Urls.Organisation, (Urls.ReturnUrlParameter, ReturnUrl));

    protected override void OnInitialized()
    {
        Input ??= new InputModel();
        _error = Problem switch
        {
            "provider" => Texts["OrganisationDoesNotAnswer"].Value,
            "organisation" => Texts["OrganisationFailed"].Value,
            "uninvited" => Texts["OrganisationUninvited"].Value,
            _ => null,
        };
        if (HttpContext.User.Identity?.IsAuthenticated is true && HttpMethods.IsGet(HttpContext.Request.Method))
        {
            Navigation.NavigateTo(Target);
        }
    }

    private string Target => Urls.LocalOr(ReturnUrl);

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
            Navigation.NavigateTo(Urls.AfterSignIn(ReturnUrl, user!.MustChangePassword));
            return;
        }

        if (result.RequiresTwoFactor)
        {
            Navigation.NavigateTo(Urls.With(Urls.SignInCode, (Urls.ReturnUrlParameter, ReturnUrl)));
            return;
        }

        if (result.IsLockedOut && user is { IsDisabled: false })
        {
            await Audit.TellAsync("portal", "account", user.Id, $"Refused to sign {user.Email} in: the account is locked after too many wrong passwords.", HttpContext.RequestAborted);
        }

        // One sentence for all failures: it does not tell whether the address is known or the account is locked.
        _error = Texts["SignInRefused"].Value;
    }

    private async Task UsePasskeyAsync()
    {
        SignInResult result = string.IsNullOrEmpty(Credential) ? SignInResult.Failed : await SignInManager.PasskeySignInAsync(Credential);
        if (result.Succeeded)
        {
            Navigation.NavigateTo(Target);
            return;
        }

        _error = Texts["PasskeyRefused"].Value;
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
