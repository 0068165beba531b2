namespace FedPortal.Encryption.Ckks;

/// <summary>The pair (−(a·s + e), a) in transform order at the key level.</summary>
public sealed class PublicKey
{
    private readonly ulong[] _words;

    internal PublicKey(CkksLevel level, ulong[] words)
    {
        Level = level;
        _words = words;
    }

    /// <summary>The key level.</summary>
    public CkksLevel Level { get; }

    /// <summary>2·K·N residues: polynomial after polynomial, prime after prime.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    internal ReadOnlySpan<ulong> Polynomial(int index) => _words.AsSpan(index * Level.WordCount, Level.WordCount);

    /// <returns>A new public key for the secret key.</returns>
    public static PublicKey Generate(SecretKey secretKey)
    {
        SeededPublicKey seeded = SeededPublicKey.Generate(secretKey);
        return seeded.Expand();
    }
}
