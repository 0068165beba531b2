using System.Security.Claims;
using FedPortal.Data;

namespace FedPortal.Identity;

/// <summary>What people do with the access tokens of their own account. A new token asks for the present password, as whatever makes an account easier to open does.</summary>
internal sealed class OwnTokens(OwnAccount account, AccessTokenStore tokens, SessionStore sessions)
{
    public Task<IReadOnlyList<AccessTokenRow>> ListAsync(PortalUser user, CancellationToken cancellationToken) => tokens.ListAsync(user.Id, cancellationToken);

    /// <param name="reader">The signed-in browser: whether it has shown a second factor goes with the token.</param>
    /// <returns>The token, to be shown once, or what is wrong.</returns>
    public async Task<(string? Token, string? Problem)> MakeAsync(
        PortalUser user, ClaimsPrincipal reader, string name, TokenScope scope, int days, string? password, CancellationToken cancellationToken)
    {
        if (await account.PasswordProblemAsync(user, password) is { } problem)
        {
            return (null, problem);
        }

        bool hasSecondFactor = PortalClaims.SessionOf(reader) is { } session && await sessions.HasSecondFactorAsync(session, cancellationToken);
        return await tokens.MakeAsync(user, name, scope, days, hasSecondFactor, cancellationToken);
    }

    public Task<bool> RevokeAsync(PortalUser user, Guid token, CancellationToken cancellationToken) =>
        tokens.RevokeAsync(user.Id, token, "its owner revoked it.", user.DisplayName, cancellationToken);
}
