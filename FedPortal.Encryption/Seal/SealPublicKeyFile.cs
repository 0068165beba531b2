using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>PublicKey, with or without a seed: the bytes of a ciphertext at the key level with scale 1.</summary>
public static class SealPublicKeyFile
{
    /// <returns>The key; a seeded one is expanded.</returns>
    /// <exception cref="SealFormatException">The file is damaged or belongs to other parameters.</exception>
    public static PublicKey Read(ReadOnlySpan<byte> file, CkksContext context)
    {
        SealCiphertextBytes.Content content = ReadContent(file, context);
        return content.Seed is null ? new PublicKey(content.Level, content.Words) : Seeded(content, content.Seed).Expand();
    }

    /// <returns>The seeded key as it is in the file, or null when the file holds a whole one.</returns>
    /// <exception cref="SealFormatException">The file is damaged or belongs to other parameters.</exception>
    public static SeededPublicKey? ReadSeeded(ReadOnlySpan<byte> file, CkksContext context)
    {
        SealCiphertextBytes.Content content = ReadContent(file, context);
        return content.Seed is null ? null : Seeded(content, content.Seed);
    }

    public static byte[] Write(PublicKey key, SealWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SealCiphertextBytes.Write(key.Level, 2, 1, key.Words, [], options ?? SealWriteOptions.Default);
    }

    public static byte[] Write(SeededPublicKey key, SealWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        return SealCiphertextBytes.Write(key.Level, 2, 1, key.Zero.Words, key.Zero.Seed, options ?? SealWriteOptions.Default);
    }

    private static SeededPublicKey Seeded(SealCiphertextBytes.Content content, byte[] seed) =>
        new(new SeededCiphertext(content.Level, content.Words, seed, 1));

    private static SealCiphertextBytes.Content ReadContent(ReadOnlySpan<byte> file, CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SealCiphertextBytes.Content content = SealCiphertextBytes.Read(file, context);
        SealLevels.RequireKeyLevel(content.Level);
        SealLevels.RequireKeyScale(content.Scale);
        if (content.Size != 2)
        {
            throw new SealFormatException($"Expected 2 polynomials of a public key but got {content.Size}.");
        }

        return content;
    }
}
