using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>Makes accounts. Nobody registers: an account is always made by someone who already runs the portal.</summary>
internal sealed class AccountCreation(UserManager<PortalUser> users)
{
    public async Task<bool> AnyAdminAsync() => (await users.GetUsersInRoleAsync(Roles.Admin)).Count > 0;

    /// <returns>The one-time password, or the reasons against the account.</returns>
    public async Task<(string? OneTimePassword, IReadOnlyList<string> Errors)> CreateAsync(string email, string role, IReadOnlyList<Guid>? institutions = null)
    {
        var user = new PortalUser
        {
            Id = Guid.CreateVersion7(),
            UserName = email,
            Email = email,
            EmailConfirmed = true,
            DisplayName = email.Split('@')[0],
            InstitutionIds = institutions ?? [],
            MustChangePassword = true,
        };
        string password = OneTimePassword.Create();
        IdentityResult created = await users.CreateAsync(user, password);
        if (!created.Succeeded)
        {
            return (null, [.. created.Errors.Select(error => error.Description)]);
        }

        IdentityResult joined = await users.AddToRoleAsync(user, role);
        return joined.Succeeded ? (password, []) : (null, [.. joined.Errors.Select(error => error.Description)]);
    }
}
