using System.Security.Claims;
using FedPortal.Data;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>Ends open pages of a user whose session was ended or whose password, roles or institutions changed elsewhere, within the revalidation time.</summary>
internal sealed class RevalidatingUser(ILoggerFactory loggers, IServiceScopeFactory scopes, IOptions<IdentityOptions> options, IOptions<AccountOptions> accounts, IHostApplicationLifetime portal)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => accounts.Value.Revalidation;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            return await IsStillValidAsync(authenticationState.User, cancellationToken);
        }
        catch (ObjectDisposedException) when (portal.ApplicationStopping.IsCancellationRequested)
        {
            return true; // The portal ends with pages open: nothing more is served, and nothing is wrong that a log should tell.
        }
    }

    private async Task<bool> IsStillValidAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        if (PortalClaims.SessionOf(principal) is not { } session
            || !await scope.ServiceProvider.GetRequiredService<SessionStore>().IsLiveAsync(session, cancellationToken)
            || await scope.ServiceProvider.GetRequiredService<SecondFactorGate>().IsClosedForAsync(principal, cancellationToken))
        {
            return false;
        }

        UserManager<PortalUser> users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        PortalUser? user = await users.GetUserAsync(principal);
        string? stamp = principal.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType);
        return user is { IsDisabled: false } && stamp == await users.GetSecurityStampAsync(user);
    }
}
