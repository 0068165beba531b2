using System.ComponentModel.DataAnnotations;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Components.Pages.Account;

/// <summary>
/// Turns an invitation into an account. The secret comes in the posted form: in the link it stands behind '#', which browsers do not send, and the
/// page's script moves it into the form and out of the address bar.
/// </summary>
public partial class AcceptInvitation
{
    private IReadOnlyList<string> _problems = [];

    [Inject]
    private PeopleDesk People { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [SupplyParameterFromForm]
    private InputModel Input { get; set; } = default!;

    protected override void OnInitialized() => Input ??= new InputModel();

    private async Task AcceptAsync()
    {
        (PortalUser? user, _problems) = await People.AcceptAsync(Input.Token.Trim(), Input.Password, HttpContext.RequestAborted);
        if (user is not null)
        {
            await SignInManager.SignInAsync(user, isPersistent: false);
            Navigation.NavigateTo(Urls.AccountDone("welcome"));
        }
    }

    private sealed class InputModel
    {
        [Required(ErrorMessage = "Open the whole link of the invitation, or enter its code.")]
        [StringLength(100, ErrorMessage = "An invitation code has at most 100 characters.")]
        public string Token { get; set; } = "";

        [Required(ErrorMessage = "Choose a password.")]
        public string Password { get; set; } = "";

        [Compare(nameof(Password), ErrorMessage = "The two passwords differ.")]
        public string Again { get; set; } = "";
    }
}
