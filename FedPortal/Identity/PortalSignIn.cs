using System.Security.Claims;
using FedPortal.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>Signs people in, and gives every signed-in browser a session that can be listed and ended.</summary>
internal sealed class PortalSignIn(
    UserManager<PortalUser> users, IHttpContextAccessor accessor, IUserClaimsPrincipalFactory<PortalUser> claims, IOptions<IdentityOptions> options,
    ILogger<SignInManager<PortalUser>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<PortalUser> confirmation, SessionStore sessions)
    : SignInManager<PortalUser>(users, accessor, claims, options, logger, schemes, confirmation)
{
    private SignInMethod _method = SignInMethod.Password;
    private bool _organisationHasSecondFactor;

    public override async Task<bool> CanSignInAsync(PortalUser user) => !user.IsDisabled && await base.CanSignInAsync(user);

    public override Task<SignInResult> TwoFactorAuthenticatorSignInAsync(string code, bool isPersistent, bool rememberClient)
    {
        _method = SignInMethod.PasswordAndCode;
        return base.TwoFactorAuthenticatorSignInAsync(code, isPersistent, rememberClient);
    }

    public override Task<SignInResult> TwoFactorRecoveryCodeSignInAsync(string recoveryCode)
    {
        _method = SignInMethod.PasswordAndRecoveryCode;
        return base.TwoFactorRecoveryCodeSignInAsync(recoveryCode);
    }

    public override Task<SignInResult> PasskeySignInAsync(string credentialJson)
    {
        _method = SignInMethod.Passkey;
        return base.PasskeySignInAsync(credentialJson);
    }

    /// <summary>Signs in somebody whom the organisation's identity provider vouches for; an account with a code app is still asked for its code.</summary>
    /// <param name="hasSecondFactor">Whether the provider says that it asked for a second factor itself.</param>
    public async Task<SignInResult> OrganisationSignInAsync(PortalUser user, bool hasSecondFactor)
    {
        (_method, _organisationHasSecondFactor) = (SignInMethod.OrganisationAccount, hasSecondFactor);
        return await PreSignInCheck(user) ?? await SignInOrTwoFactorAsync(user, isPersistent: false, loginProvider: "organisation", bypassTwoFactor: hasSecondFactor);
    }

    public override async Task SignInWithClaimsAsync(PortalUser user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        Guid session = await SessionOfAsync(user);
        await base.SignInWithClaimsAsync(user, authenticationProperties, [.. additionalClaims, new Claim(PortalClaims.Session, session.ToString())]);
    }

    public override async Task SignOutAsync()
    {
        if (PortalClaims.SessionOf(Context.User) is { } session && UserManager.GetUserId(Context.User) is { } id)
        {
            await sessions.EndAsync(Guid.Parse(id), session, "signed out.", PortalClaims.NameOf(Context.User), CancellationToken.None);
        }

        await base.SignOutAsync();
    }

    // A refreshed cookie, for example after a new password, stays with its session.
    private async Task<Guid> SessionOfAsync(PortalUser user)
    {
        bool isSame = UserManager.GetUserId(Context.User) == user.Id.ToString();
        if (isSame && PortalClaims.SessionOf(Context.User) is { } present && await sessions.SeeAsync(present, Context.RequestAborted))
        {
            return present;
        }

        bool hasSecondFactor = _method is SignInMethod.PasswordAndCode or SignInMethod.PasswordAndRecoveryCode or SignInMethod.Passkey || _organisationHasSecondFactor;
        return await sessions.BeginAsync(
            user, _method, hasSecondFactor, BrowserName.Of(Context.Request.Headers.UserAgent.ToString()), Context.Connection.RemoteIpAddress?.ToString() ?? "unknown", Context.RequestAborted);
    }
}
