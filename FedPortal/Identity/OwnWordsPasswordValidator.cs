using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>Refuses a password that contains the account's own name: length alone does not make that one hard to guess.</summary>
internal sealed class OwnWordsPasswordValidator : IPasswordValidator<PortalUser>
{
    public Task<IdentityResult> ValidateAsync(UserManager<PortalUser> manager, PortalUser user, string? password)
    {
        string mailbox = user.Email?.Split('@')[0] ?? "";
        bool containsOwnName = mailbox.Length > 2 && password?.Contains(mailbox, StringComparison.OrdinalIgnoreCase) is true;
        return Task.FromResult(containsOwnName
            ? IdentityResult.Failed(new IdentityError { Code = "PasswordContainsName", Description = "The password must not contain your e-mail name." })
            : IdentityResult.Success);
    }
}
