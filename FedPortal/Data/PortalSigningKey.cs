using System.Security.Cryptography;
using FedPortal.Training.Signing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>
/// The key that the portal signs with: ECDSA P-256, made at the first use, in the data directory. The file is encrypted with the keys of data protection
/// and is its owner's alone.
/// </summary>
public sealed class PortalSigningKey : IDisposable
{
    private const string FileName = "portal-signing.key";
    private const string Purpose = "FedPortal.PortalSigningKey.v1";

    private readonly Lazy<ECDsa> _key;

    public PortalSigningKey(IOptions<PortalOptions> options, IDataProtectionProvider protection)
        : this(Path.Combine(options.Value.Root, FileName), protection)
    {
    }

    internal PortalSigningKey(string path, IDataProtectionProvider protection) => _key = new Lazy<ECDsa>(() => OpenOrMake(path, protection.CreateProtector(Purpose)));

    /// <summary>For signing; it stays this object's.</summary>
    /// <exception cref="CryptographicException">The file is there but cannot be decrypted; it is never replaced by a new key.</exception>
    public ECDsa Key => _key.Value;

    /// <summary>The public half, base64 of its SubjectPublicKeyInfo: what auditors and institutions pin.</summary>
    public string PublicKey => SignedText.PublicKeyText(Key);

    public string Fingerprint => SignedText.Fingerprint(PublicKey);

    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    private static ECDsa OpenOrMake(string path, IDataProtector protector)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!File.Exists(path) && TryWrite(path, protector.Protect(key.ExportPkcs8PrivateKey())))
        {
            return key;
        }

        byte[] secret = protector.Unprotect(File.ReadAllBytes(path));
        key.ImportPkcs8PrivateKey(secret, out _);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    /// <returns>False when another process made the key at the same moment.</returns>
    private static bool TryWrite(string path, byte[] content)
    {
        string part = $"{path}.{Guid.NewGuid():N}.part";
        var access = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            access.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(part, access))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(part);
        }
    }
}
