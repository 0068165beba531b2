using System.Security.Cryptography;
using System.Text;

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
    public static PatientKeys LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            string part = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(part, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            }

            try
            {
                File.Move(part, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(part); // another process was faster; its key counts
            }
        }

        return new PatientKeys(File.ReadAllBytes(path));
    }

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
