using FedPortal.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace FedPortal.Identity;

/// <summary>
/// Keeps the keys of authenticator apps and the recovery codes encrypted: whoever copies the database cannot make codes. The protection keys lie
/// outside the database, in the data directory's "keys" folder.
/// </summary>
internal sealed class PortalUserStore(FedPortalDbContext context, IDataProtectionProvider protection, IdentityErrorDescriber? describer = null)
    : UserStore<PortalUser, IdentityRole<Guid>, FedPortalDbContext, Guid>(context, describer)
{
    private readonly IDataProtector _protector = protection.CreateProtector("FedPortal.AccountTokens");

    public override Task SetTokenAsync(PortalUser user, string loginProvider, string name, string? value, CancellationToken cancellationToken) =>
        base.SetTokenAsync(user, loginProvider, name, value is null ? null : _protector.Protect(value), cancellationToken);

    public override async Task<string?> GetTokenAsync(PortalUser user, string loginProvider, string name, CancellationToken cancellationToken) =>
        await base.GetTokenAsync(user, loginProvider, name, cancellationToken) is { } sealedValue ? _protector.Unprotect(sealedValue) : null;
}
