using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Identity.Organisation;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FedPortal.Components.Pages.Account;

/// <summary>Where somebody who is signed in shows once more to be there, by a passkey or at the organisation.</summary>
public partial class Confirm
{
    private ConfirmationWays? _ways;
    private string? _problem;

    [Inject]
    private IdentityConfirmation Confirmation { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private SessionStore Sessions { get; set; } = default!;

    [Inject]
    private IOptions<OrganisationOptions> Organisation { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "confirm")]
    private string? Credential { get; set; }

    [SupplyParameterFromQuery(Name = Urls.ReturnUrlParameter)]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery]
    private string? Problem { get; set; }

    private string? ProblemText => _problem ?? (Problem is null ? null : Texts["OrganisationConfirmedNothing"].Value);

    protected override async Task OnInitializedAsync() => _ways = await Confirmation.WaysAsync(HttpContext.User, HttpContext.RequestAborted);

    private async Task ConfirmAsync()
    {
        PasskeyAssertionResult<PortalUser>? shown = string.IsNullOrEmpty(Credential) ? null : await SignInManager.PerformPasskeyAssertionAsync(Credential);
        if (shown is { Succeeded: true } && $"{shown.User.Id}" == SignInManager.UserManager.GetUserId(HttpContext.User) && PortalClaims.SessionOf(HttpContext.User) is { } session)
        {
            await SignInManager.UserManager.AddOrUpdatePasskeyAsync(shown.User, shown.Passkey);
            await Sessions.ConfirmAsync(session, shown.User.Id, HttpContext.RequestAborted);
            Navigation.NavigateTo(Urls.LocalOr(ReturnUrl));
            return;
        }

        _problem = Texts["PasskeyNotYours"].Value;
    }
}
