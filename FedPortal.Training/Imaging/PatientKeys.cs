using System.Security.Cryptography;
using System.Text;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Imaging;

/// <summary>
/// Turns patient ids into keys that tell patients apart and nothing more: HMAC-SHA256 under a key that never leaves the site, 128 bits as
/// lower-case hex. Without the site's key nobody can test whether a known id is in a data set.
/// </summary>
public sealed class PatientKeys
{
    private const int KeyBytes = 32;
    private readonly byte[] _siteKey;

    /// <param name="siteKey">32 secret bytes of the site.</param>
    public PatientKeys(ReadOnlySpan<byte> siteKey)
    {
        if (siteKey.Length != KeyBytes)
        {
            throw new ArgumentException($"Expected a site key of {KeyBytes} bytes but got {siteKey.Length}.", nameof(siteKey));
        }

        _siteKey = siteKey.ToArray();
    }

    /// <summary>Keys that hold together within this process only: enough to split one data set once.</summary>
    public static PatientKeys Ephemeral() => new(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>Reads the site's key, or makes it on first use (readable by its owner only).</summary>
    public static PatientKeys LoadOrCreate(string path) => new(PrivateFile.LoadOrCreate(path, () => RandomNumberGenerator.GetBytes(KeyBytes)));

    /// <returns>The key of a patient id, or null for an empty id. Blanks around the id do not count.</returns>
    public string? KeyOf(string patientId) => KeyOf(Encoding.UTF8.GetBytes(patientId));

    /// <summary>The same for the bytes of an id whose encoding is not known.</summary>
    public string? KeyOf(ReadOnlySpan<byte> patientId)
    {
        ReadOnlySpan<byte> trimmed = patientId.Trim(" \0\t\r\n"u8);
        if (trimmed.IsEmpty)
        {
            return null;
        }

        byte[] message = [.. "fedportal-patient-1\0"u8, .. trimmed];
        return Convert.ToHexStringLower(HMACSHA256.HashData(_siteKey, message).AsSpan(0, 16));
    }
}
