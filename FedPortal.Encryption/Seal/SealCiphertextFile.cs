using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>Ciphertext, with or without a seed: see <see cref="SealCiphertextBytes"/> for the bytes.</summary>
public static class SealCiphertextFile
{
    /// <returns>The ciphertext; a seeded one is expanded.</returns>
    /// <exception cref="SealFormatException">The file is damaged or belongs to other parameters.</exception>
    public static Ciphertext Read(ReadOnlySpan<byte> file, CkksContext context)
    {
        SealCiphertextBytes.Content content = ReadContent(file, context);
        return content.Seed is null
            ? new Ciphertext(content.Level, content.Size, content.Words, content.Scale)
            : new SeededCiphertext(content.Level, content.Words, content.Seed, content.Scale).Expand();
    }

    /// <returns>The seeded ciphertext as it is in the file, or null when the file holds a whole one.</returns>
    /// <exception cref="SealFormatException">The file is damaged or belongs to other parameters.</exception>
    public static SeededCiphertext? ReadSeeded(ReadOnlySpan<byte> file, CkksContext context)
    {
        SealCiphertextBytes.Content content = ReadContent(file, context);
        return content.Seed is null ? null : new SeededCiphertext(content.Level, content.Words, content.Seed, content.Scale);
    }

    public static byte[] Write(Ciphertext ciphertext, SealWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        return SealCiphertextBytes.Write(
            ciphertext.Level, ciphertext.Size, ciphertext.Scale, ciphertext.Words, [], options ?? SealWriteOptions.Default);
    }

    public static byte[] Write(SeededCiphertext ciphertext, SealWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        return SealCiphertextBytes.Write(ciphertext.Level, 2, ciphertext.Scale, ciphertext.Words, ciphertext.Seed, options ?? SealWriteOptions.Default);
    }

    private static SealCiphertextBytes.Content ReadContent(ReadOnlySpan<byte> file, CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        SealCiphertextBytes.Content content = SealCiphertextBytes.Read(file, context);
        SealLevels.RequireDataLevel(content.Level);
        SealLevels.RequireScale(content.Level, content.Scale);
        return content;
    }
}
