using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity.Organisation;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>How an account can confirm that its owner sits there.</summary>
/// <param name="IsFresh">It was just done, by passkey or at the organisation, and holds for one act.</param>
public sealed record ConfirmationWays(bool Password, bool CodeApp, bool Passkey, bool Organisation, bool IsFresh)
{
    /// <summary>Those that need a page of their own, because the browser or the organisation is asked.</summary>
    public bool Elsewhere => Passkey || Organisation;
}

/// <summary>
/// Asks once more who somebody is before something that binds an institution: by the password, else by a code of the app; or, for every account, by a passkey
/// or a new sign-in at the organisation just before. Wrong passwords and codes count towards the lockout, as at sign-in.
/// </summary>
internal sealed class IdentityConfirmation(IServiceScopeFactory scopes, SessionStore sessions, IOptions<OrganisationOptions> organisation)
{
    public async Task<ConfirmationWays> WaysAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        UserManager<PortalUser> users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (await users.GetUserAsync(principal) is not { } user)
        {
            return new ConfirmationWays(false, false, false, false, false);
        }

        return new ConfirmationWays(
            await users.HasPasswordAsync(user), user.TwoFactorEnabled, (await users.GetPasskeysAsync(user)).Count > 0,
            organisation.Value.IsConfigured && (await users.GetLoginsAsync(user)).Count > 0,
            PortalClaims.SessionOf(principal) is { } session && await sessions.IsConfirmedAsync(session, cancellationToken));
    }

    /// <param name="principal">Who acts.</param>
    /// <param name="proof">The password, or where the account has none a code of the app; empty for one who has just confirmed by passkey or at the organisation.</param>
    /// <returns>Null when the owner has shown to be there, else why nothing was done.</returns>
    public async Task<string?> RefusalAsync(ClaimsPrincipal principal, string proof)
    {
        if (proof.Length == 0)
        {
            return PortalClaims.SessionOf(principal) is { } session && await sessions.TakeConfirmationAsync(session, CancellationToken.None)
                ? null : "Confirm first that it is you; it holds for five minutes and one signature.";
        }

        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        UserManager<PortalUser> users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        PortalUser? user = await users.GetUserAsync(principal);
        bool hasPassword = user is not null && await users.HasPasswordAsync(user);
        string wrong = $"The {(hasPassword ? "password" : "code")} is wrong, or the account is locked for some minutes.";
        if (user is null || await users.IsLockedOutAsync(user))
        {
            return wrong;
        }

        bool isRight = hasPassword
            ? await users.CheckPasswordAsync(user, proof)
            : user.TwoFactorEnabled && await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, proof.Replace(" ", "", StringComparison.Ordinal));
        if (isRight)
        {
            await users.ResetAccessFailedCountAsync(user);
            return null;
        }

        await users.AccessFailedAsync(user);
        return wrong;
    }
}
