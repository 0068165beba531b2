using System.Security.Claims;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>Asks for the password once more before something that binds an institution. Wrong ones count towards the lockout, as at sign-in.</summary>
internal sealed class PasswordConfirmation(IServiceScopeFactory scopes)
{
    /// <returns>Null when the password is the user's, else why nothing was done.</returns>
    public async Task<string?> RefusalAsync(ClaimsPrincipal principal, string password)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        UserManager<PortalUser> users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        const string Wrong = "The password is wrong, or the account is locked for some minutes.";
        if (await users.GetUserAsync(principal) is not { } user || await users.IsLockedOutAsync(user))
        {
            return Wrong;
        }

        if (await users.CheckPasswordAsync(user, password))
        {
            await users.ResetAccessFailedCountAsync(user);
            return null;
        }

        await users.AccessFailedAsync(user);
        return Wrong;
    }
}
