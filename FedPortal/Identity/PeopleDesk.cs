using System.Net.Mail;
using System.Security.Claims;
using FedPortal.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>Who is to be invited.</summary>
public sealed record InvitationOffer(string Email, string Name, IReadOnlyList<string> Roles, IReadOnlyList<Guid> InstitutionIds);

/// <summary>
/// What admins do with accounts: invite, change, disable, reset. Every act asks again whether its actor is an admin and tells the audit log. A change
/// of rights ends the person's sessions, so the old rights are gone with the next request.
/// </summary>
internal sealed class PeopleDesk(
    IServiceScopeFactory scopes, PeopleStore people, InstitutionStore institutions, SessionStore sessions, AccessTokenStore tokens, AuditStore audit, LiveUpdates live,
    IOptions<AccountOptions> options, TimeProvider clock)
{
    private static readonly string[] ReservedNames = ["portal", "start-up", "public form"];
    private const string UsedMeanwhile = "This invitation was used a moment ago.";

    /// <returns>The secret of the link, to be shown once, or what is wrong with the offer.</returns>
    public async Task<(string? Token, string? Problem)> InviteAsync(InvitationOffer offer, ClaimsPrincipal actor, CancellationToken cancellationToken)
    {
        RequireAdmin(actor);
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        string? problem =
            !MailAddress.TryCreate(offer.Email, out _) ? $"'{offer.Email}' is not an e-mail address."
            : string.IsNullOrWhiteSpace(offer.Name) ? "Enter the person's name."
            : await UsersOf(scope).FindByEmailAsync(offer.Email.Trim()) is not null ? $"{offer.Email.Trim()} already has an account."
            : await people.FindOpenByEmailAsync(offer.Email.Trim(), cancellationToken) is not null ? $"{offer.Email.Trim()} was already invited; withdraw that invitation first."
            : await IsNameTakenAsync(offer.Name.Trim(), cancellationToken) ? $"The audit log already knows a '{offer.Name.Trim()}'; add something that tells the two apart."
            : await RightsProblemAsync(offer.Roles, offer.InstitutionIds, cancellationToken);
        if (problem is not null)
        {
            return (null, problem);
        }

        string token = SecretToken.Create();
        var invitation = new Invitation(
            offer.Email, offer.Name, offer.Roles, offer.InstitutionIds, SecretToken.HashOf(token), PortalClaims.NameOf(actor), clock.GetUtcNow(), options.Value.InvitationLifetime);
        await people.AddAsync(invitation, cancellationToken);
        Publish(invitation.Id);
        return (token, null);
    }

    public async Task<bool> WithdrawAsync(Guid invitation, ClaimsPrincipal actor, CancellationToken cancellationToken)
    {
        RequireAdmin(actor);
        bool isDone = await people.TryCloseAsync(
            invitation, (offer, now) => offer.Withdraw(now), PortalClaims.NameOf(actor), invitation, "The invitation was withdrawn.", cancellationToken);
        Publish(invitation);
        return isDone;
    }

    /// <summary>Makes the account an invitation offers. Of two who use one link at once, one gets an account and the other a refusal.</summary>
    /// <returns>The new account, or what is wrong.</returns>
    public async Task<(PortalUser? User, IReadOnlyList<string> Problems)> AcceptAsync(string token, string? password, CancellationToken cancellationToken)
    {
        Invitation? invitation = await people.FindOpenAsync(SecretToken.HashOf(token), cancellationToken);
        return invitation is null
            ? (null, ["This invitation is not valid: it was used, withdrawn, or has expired. Ask the consortium's admin for a new one."])
            : await AcceptAsync(invitation, password, cancellationToken);
    }

    /// <param name="password">Null for an account that signs in through the organisation.</param>
    internal async Task<(PortalUser? User, IReadOnlyList<string> Problems)> AcceptAsync(Invitation invitation, string? password, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        UserManager<PortalUser> users = UsersOf(scope);
        var user = new PortalUser
        {
            Id = Guid.CreateVersion7(),
            UserName = invitation.Email,
            Email = invitation.Email,
            EmailConfirmed = true,
            DisplayName = invitation.DisplayName,
            InstitutionIds = invitation.InstitutionIds,
        };
        try
        {
            IReadOnlyList<string> problems = await CreateAsync(users, user, password, invitation.Roles);
            if (problems.Count > 0)
            {
                return (null, problems);
            }
        }
        catch (DbUpdateException)
        {
            // The address is unique: somebody who holds the same link was faster.
            return (null, [UsedMeanwhile]);
        }

        bool isMine = await people.TryCloseAsync(
            invitation.Id, (offer, now) => offer.Accept(user.Id, now), user.DisplayName, user.Id, $"{user.Email} accepted the invitation of {invitation.InvitedBy}.", cancellationToken);
        if (!isMine)
        {
            await users.DeleteAsync(user);
            return (null, [UsedMeanwhile]);
        }

        Publish(user.Id);
        return (user, []);
    }

    /// <returns>What is wrong, or null when it is done.</returns>
    public Task<string?> ChangeRightsAsync(Guid person, IReadOnlyList<string> roles, IReadOnlyList<Guid> institutionIds, ClaimsPrincipal actor, CancellationToken cancellationToken) =>
        ChangeAsync(person, actor, async (users, user) =>
        {
            IList<string> present = await users.GetRolesAsync(user);
            string? problem = await RightsProblemAsync(roles, institutionIds, cancellationToken)
                ?? (present.Contains(Roles.Admin) && !roles.Contains(Roles.Admin) ? await LastAdminProblemAsync(users, user) : null);
            if (problem is not null)
            {
                return (problem, "");
            }

            user.InstitutionIds = institutionIds;
            Check(await users.UpdateAsync(user));
            Check(await users.RemoveFromRolesAsync(user, present.Except(roles)));
            Check(await users.AddToRolesAsync(user, roles.Except(present)));
            return (null, $"{user.Email} is now {string.Join(" and ", roles)}{(institutionIds.Count > 0 ? $" of {institutionIds.Count} institution(s)" : "")}.");
        }, "the account's rights were changed.", cancellationToken);

    /// <returns>What is wrong, or null when it is done.</returns>
    public Task<string?> DisableAsync(Guid person, ClaimsPrincipal actor, CancellationToken cancellationToken) =>
        ChangeAsync(person, actor, async (users, user) =>
        {
            string? problem = users.GetUserId(actor) == user.Id.ToString() ? "You cannot disable your own account." : await LastAdminProblemAsync(users, user);
            if (problem is null)
            {
                user.IsDisabled = true;
                Check(await users.UpdateAsync(user));
            }

            return (problem, $"The account {user.Email} was disabled.");
        }, "the account was disabled.", cancellationToken, endsTokens: true);

    /// <returns>What is wrong, or null when it is done.</returns>
    public Task<string?> EnableAsync(Guid person, ClaimsPrincipal actor, CancellationToken cancellationToken) =>
        ChangeAsync(person, actor, async (users, user) =>
        {
            user.IsDisabled = false;
            Check(await users.UpdateAsync(user));
            Check(await users.SetLockoutEndDateAsync(user, null));
            return (null, $"The account {user.Email} was enabled again.");
        }, "the account was enabled again.", cancellationToken);

    /// <summary>For somebody who lost phone and keys: the next sign-in needs the password alone.</summary>
    /// <returns>What is wrong, or null when it is done.</returns>
    public Task<string?> ResetSecondFactorAsync(Guid person, ClaimsPrincipal actor, CancellationToken cancellationToken) =>
        ChangeAsync(person, actor, async (users, user) =>
        {
            Check(await users.SetTwoFactorEnabledAsync(user, false));
            Check(await users.ResetAuthenticatorKeyAsync(user));
            foreach (UserPasskeyInfo passkey in await users.GetPasskeysAsync(user))
            {
                Check(await users.RemovePasskeyAsync(user, passkey.CredentialId));
            }

            return (null, $"The second factor of {user.Email} was reset: code app and passkeys are gone.");
        }, "the second factor was reset.", cancellationToken, endsTokens: true);

    public async Task EndSessionAsync(Guid person, Guid session, ClaimsPrincipal actor, CancellationToken cancellationToken)
    {
        RequireAdmin(actor);
        await sessions.EndAsync(person, session, "an admin ended it.", PortalClaims.NameOf(actor), cancellationToken);
        Publish(person);
    }

    /// <returns>False when the person has no such live token.</returns>
    public async Task<bool> RevokeTokenAsync(Guid person, Guid token, ClaimsPrincipal actor, CancellationToken cancellationToken)
    {
        RequireAdmin(actor);
        bool isDone = await tokens.RevokeAsync(person, token, "an admin revoked it.", PortalClaims.NameOf(actor), cancellationToken);
        Publish(person);
        return isDone;
    }

    public Task RequireSecondFactorOfAdminsAsync(bool isRequired, ClaimsPrincipal actor, CancellationToken cancellationToken)
    {
        RequireAdmin(actor);
        return people.RequireSecondFactorOfAdminsAsync(isRequired, PortalClaims.NameOf(actor), cancellationToken);
    }

    private async Task<string?> ChangeAsync(
        Guid person, ClaimsPrincipal actor, Func<UserManager<PortalUser>, PortalUser, Task<(string? Problem, string Told)>> change, string endReason, CancellationToken cancellationToken,
        bool endsTokens = false)
    {
        RequireAdmin(actor);
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        UserManager<PortalUser> users = UsersOf(scope);
        if (await users.FindByIdAsync(person.ToString()) is not { } user)
        {
            return "There is no such account any more.";
        }

        (string? problem, string told) = await change(users, user);
        if (problem is not null)
        {
            return problem;
        }

        Check(await users.UpdateSecurityStampAsync(user));
        await audit.TellAsync(PortalClaims.NameOf(actor), "account", user.Id, told, cancellationToken);
        await sessions.EndAllAsync(user.Id, null, endReason, PortalClaims.NameOf(actor), cancellationToken);
        if (endsTokens)
        {
            await tokens.RevokeAllAsync(user.Id, endReason, PortalClaims.NameOf(actor), cancellationToken);
        }

        Publish(user.Id);
        return null;
    }

    private static async Task<IReadOnlyList<string>> CreateAsync(UserManager<PortalUser> users, PortalUser user, string? password, IReadOnlyList<string> roles)
    {
        IdentityResult made = password is null ? await users.CreateAsync(user) : await users.CreateAsync(user, password);
        if (!made.Succeeded)
        {
            return [.. made.Errors.Select(error => error.Description)];
        }

        Check(await users.AddToRolesAsync(user, roles));
        return [];
    }

    private async Task<string?> RightsProblemAsync(IReadOnlyList<string> roles, IReadOnlyList<Guid> institutionIds, CancellationToken cancellationToken)
    {
        HashSet<Guid> known = [.. (await institutions.ListAsync(Viewer.Everything, cancellationToken)).Select(row => row.Id)];
        return Roles.Problem(roles, institutionIds) ?? (known.IsSupersetOf(institutionIds) ? null : "One of the institutions is not on record.");
    }

    // The audit log tells people and institutions by their names.
    private async Task<bool> IsNameTakenAsync(string name, CancellationToken cancellationToken) =>
        ReservedNames
            .Concat((await institutions.ListAsync(Viewer.Everything, cancellationToken)).SelectMany(row => new[] { row.ShortCode, row.Name }))
            .Concat((await people.ListAsync(Viewer.Everything, cancellationToken)).Select(row => row.Name))
            .Contains(name, StringComparer.OrdinalIgnoreCase);

    private static async Task<string?> LastAdminProblemAsync(UserManager<PortalUser> users, PortalUser user)
    {
        IList<PortalUser> admins = await users.GetUsersInRoleAsync(Roles.Admin);
        return admins.Any(admin => admin.Id == user.Id) && !admins.Any(admin => admin.Id != user.Id && !admin.IsDisabled)
            ? "This is the last admin who can sign in; make another one first." : null;
    }

    private void Publish(Guid id) => live.Publish(new LiveUpdate(LiveSubject.Account, id));

    private static UserManager<PortalUser> UsersOf(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();

    private static void RequireAdmin(ClaimsPrincipal actor)
    {
        if (!actor.IsInRole(Roles.Admin))
        {
            throw new UnauthorizedAccessException($"{PortalClaims.NameOf(actor)} is not an admin.");
        }
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The account could not be saved: {string.Join(' ', result.Errors.Select(error => error.Description))}");
        }
    }
}
