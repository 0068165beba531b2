using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FedPortal.Backup;

/// <summary>
/// The beginning of an encrypted backup and the key it leads to. Bytes: "FEDPBKP1", the number of PBKDF2 iterations (int32, little-endian), 16 random bytes of salt. The key is
/// PBKDF2-HMAC-SHA256 of the passphrase, 32 bytes; with its own salt every backup has its own key, so nonces may simply count.
/// </summary>
internal sealed class PassphraseKey
{
    public const int HeaderBytes = 28;
    private const int Iterations = 600_000;
    private const int MostIterations = 10_000_000;
    private const int SaltAt = 12;

    private PassphraseKey(byte[] header, string passphrase)
    {
        Header = header;
        int iterations = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        Key = Rfc2898DeriveBytes.Pbkdf2(passphrase, header.AsSpan(SaltAt).ToArray(), iterations, HashAlgorithmName.SHA256, 32);
    }

    private static ReadOnlySpan<byte> Magic => "FEDPBKP1"u8;

    public byte[] Header { get; }

    public byte[] Key { get; }

    public static PassphraseKey New(string passphrase)
    {
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Iterations);
        RandomNumberGenerator.Fill(header.AsSpan(SaltAt));
        return new PassphraseKey(header, passphrase);
    }

    public static bool IsHeader(ReadOnlySpan<byte> beginning) => beginning.StartsWith(Magic);

    /// <exception cref="BackupException">The number of iterations is none of ours.</exception>
    public static PassphraseKey Of(byte[] header, string passphrase)
    {
        int iterations = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        return iterations is >= 1 and <= MostIterations
            ? new PassphraseKey(header, passphrase)
            : throw new BackupException($"Expected 1 to {MostIterations} iterations in the backup's header but got {iterations}.");
    }
}
