using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>SecretKey: the bytes of a plaintext at the key level with scale 1. Whoever holds the array must wipe it.</summary>
public static class SealSecretKeyFile
{
    /// <exception cref="SealFormatException">The file is damaged or belongs to other parameters.</exception>
    public static SecretKey Read(ReadOnlySpan<byte> file, CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (CkksLevel level, double scale, ulong[] words) = SealPolynomialFile.Read(file, context, pinned: true);
        try
        {
            SealLevels.RequireKeyLevel(level);
            SealLevels.RequireKeyScale(scale);
            return SecretKey.FromResidues(context, words);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words.AsSpan()));
        }
    }

    /// <returns>The file. The caller wipes it once it is stored.</returns>
    public static byte[] Write(SecretKey key, SealWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SealPolynomialFile.Write(key.Level, 1, key.Residues, options ?? SealWriteOptions.Default);
    }
}
