using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>Plaintext: see <see cref="SealPolynomialFile"/> for the bytes.</summary>
public static class SealPlaintextFile
{
    /// <exception cref="SealFormatException">The file is damaged or belongs to other parameters.</exception>
    public static Plaintext Read(ReadOnlySpan<byte> file, CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (CkksLevel level, double scale, ulong[] words) = SealPolynomialFile.Read(file, context, pinned: false);
        SealLevels.RequireDataLevel(level);
        SealLevels.RequireScale(level, scale);
        return new Plaintext(level, words, scale);
    }

    public static byte[] Write(Plaintext plaintext, SealWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        return SealPolynomialFile.Write(plaintext.Level, plaintext.Scale, plaintext.Words, options ?? SealWriteOptions.Default);
    }
}
