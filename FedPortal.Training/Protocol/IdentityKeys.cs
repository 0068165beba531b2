using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Identity;

namespace FedPortal.Training.Protocol;

/// <summary>The long-lived private keys of one party: those of the secure sums, and the signing one of them once more in the form that ledgers sign with.</summary>
public sealed class IdentityKeys : IDisposable
{
    private const string End = "-----END PRIVATE KEY-----";

    private IdentityKeys(InstitutionIdentity identity, ECDsa signing)
    {
        Identity = identity;
        Signing = signing;
    }

    public InstitutionIdentity Identity { get; }

    /// <summary>The signing key of <see cref="Identity"/>.</summary>
    public ECDsa Signing { get; }

    public InstitutionCard Card => Identity.Card;

    /// <summary>Makes fresh keys.</summary>
    /// <param name="name">As it will stand in rosters.</param>
    public static IdentityKeys Create(string name)
    {
        using var identity = InstitutionIdentity.Create(name);
        return Parse(name, identity.ExportPem());
    }

    /// <summary>Reads what <see cref="InstitutionIdentity.ExportPem"/> wrote: two private keys, the signing one first.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static IdentityKeys Parse(string name, string pem)
    {
        int end = pem.IndexOf(End, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new InvalidDataException("Expected two private keys in PEM but got none.");
        }

        var signing = ECDsa.Create();
        try
        {
            signing.ImportFromPem(pem.AsSpan(0, end + End.Length));
            return new IdentityKeys(InstitutionIdentity.ImportPem(name, pem), signing);
        }
        catch (Exception bad) when (bad is ArgumentException or CryptographicException)
        {
            signing.Dispose();
            throw new InvalidDataException($"The keys cannot be read: {bad.Message}", bad);
        }
    }

    /// <returns>Both private keys, PKCS #8 in PEM: for a file that only its owner reads, or for encryption at rest.</returns>
    public string ExportPem() => Identity.ExportPem();

    public void Dispose()
    {
        Identity.Dispose();
        Signing.Dispose();
    }
}
