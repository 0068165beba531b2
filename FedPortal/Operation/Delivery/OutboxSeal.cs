using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace FedPortal.Operation.Delivery;

/// <summary>Encrypts what waits to be sent, and the secrets of webhooks, with the portal's data protection keys.</summary>
public sealed class OutboxSeal(IDataProtectionProvider protection)
{
    private readonly IDataProtector _bodies = protection.CreateProtector("outbox 1");
    private readonly IDataProtector _secrets = protection.CreateProtector("webhook secret 1");

    public string Close(string body) => _bodies.Protect(body);

    /// <exception cref="CryptographicException">The portal's keys were lost or replaced.</exception>
    public string Open(string closed) => _bodies.Unprotect(closed);

    public string CloseSecret(string secret) => _secrets.Protect(secret);

    /// <exception cref="CryptographicException">The portal's keys were lost or replaced.</exception>
    public string OpenSecret(string closed) => _secrets.Unprotect(closed);
}
