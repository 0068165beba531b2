using FedPortal.Data;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity.Organisation;

/// <summary>Finds or makes the account of an identity the organisation vouches for.</summary>
internal sealed class OrganisationAccounts(PortalSignIn signIn, PeopleDesk desk, PeopleStore people, SessionStore sessions, AuditStore audit)
{
    public async Task<SignInResult> SignInAsync(OrganisationIdentity identity, CancellationToken cancellationToken)
    {
        UserManager<PortalUser> users = signIn.UserManager;
        PortalUser? user = await users.FindByLoginAsync(identity.Issuer, identity.Subject) ?? await FirstTimeAsync(users, identity, cancellationToken);
        return user is null ? SignInResult.NotAllowed : await signIn.OrganisationSignInAsync(user, identity.HasSecondFactor);
    }

    /// <summary>Confirms a session whose owner has just signed in there anew; somebody else's account there confirms nothing.</summary>
    public async Task<bool> ConfirmAsync(OrganisationIdentity identity, Guid session, CancellationToken cancellationToken) =>
        await signIn.UserManager.FindByLoginAsync(identity.Issuer, identity.Subject) is { IsDisabled: false } user && await sessions.ConfirmAsync(session, user.Id, cancellationToken);

    // Only an address the organisation has verified counts: anybody can claim another.
    private async Task<PortalUser?> FirstTimeAsync(UserManager<PortalUser> users, OrganisationIdentity identity, CancellationToken cancellationToken)
    {
        if (identity.VerifiedEmail is not { } email)
        {
            return null;
        }

        PortalUser? user = await users.FindByEmailAsync(email);
        if (user is null && await people.FindOpenByEmailAsync(email, cancellationToken) is { } invitation)
        {
            (PortalUser? made, _) = await desk.AcceptAsync(invitation, password: null, cancellationToken);
            user = made is null ? null : await users.FindByIdAsync(made.Id.ToString());
        }

        // An account with another identity of this organisation keeps it: addresses are given to new people sometimes.
        if (user is null || (await users.GetLoginsAsync(user)).Any(login => login.LoginProvider == identity.Issuer) || !(await users.AddLoginAsync(user, new UserLoginInfo(identity.Issuer, identity.Subject, "organisation"))).Succeeded)
        {
            return null;
        }

        await audit.TellAsync(user.DisplayName, "account", user.Id, $"{user.Email} was linked with the organisation's account.", cancellationToken);
        return user;
    }
}
