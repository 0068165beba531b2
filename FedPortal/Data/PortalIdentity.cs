using System.Security.Cryptography;
using System.Text;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>
/// The portal's own signing keys: they sign round descriptions, accepted sets and the rows of ledgers. Made at the first start; at rest
/// encrypted by data protection, in <c>portal-identity.protected</c> of the data directory. They open nothing.
/// </summary>
public sealed class PortalIdentity : IDisposable
{
    /// <summary>The name on the portal's card and under its signatures.</summary>
    public const string Name = "portal";

    private readonly Lazy<IdentityKeys> _keys;

    public PortalIdentity(IDataProtectionProvider protection, IOptions<PortalOptions> options, ILogger<PortalIdentity> logger) =>
        _keys = new Lazy<IdentityKeys>(() => LoadOrCreate(protection.CreateProtector("portal identity 1"), options.Value.Root, logger));

    public IdentityKeys Keys => _keys.Value;

    public void Dispose()
    {
        if (_keys.IsValueCreated)
        {
            _keys.Value.Dispose();
        }
    }

    private static IdentityKeys LoadOrCreate(IDataProtector protector, string root, ILogger<PortalIdentity> logger)
    {
        string path = Path.Combine(root, "portal-identity.protected");
        byte[] stored = PrivateFile.LoadOrCreate(path, () =>
        {
            using var made = IdentityKeys.Create(Name);
            logger.LogInformation("The portal's signing keys are made; their fingerprint is {Fingerprint}", made.Card.Fingerprint);
            return protector.Protect(Encoding.UTF8.GetBytes(made.ExportPem()));
        });
        try
        {
            return IdentityKeys.Parse(Name, Encoding.UTF8.GetString(protector.Unprotect(stored)));
        }
        catch (CryptographicException lost)
        {
            throw new InvalidDataException($"The portal's signing keys in {path} cannot be opened with this portal's data protection keys: {lost.Message}", lost);
        }
    }
}
