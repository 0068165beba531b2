namespace FedPortal.Encryption.Ckks;

/// <summary>Polynomials c_0, c_1, … in transform order with c_0 + c_1·s + c_2·s² + … = message·scale + error.</summary>
public sealed class Ciphertext
{
    /// <summary>The most polynomials that SEAL allows. A fresh one has two; only products of ciphertexts have more.</summary>
    public const int MaxSize = 16;

    private readonly ulong[] _words;

    /// <summary>An empty ciphertext of two polynomials to encrypt into.</summary>
    public Ciphertext(CkksLevel level)
        : this(level ?? throw new ArgumentNullException(nameof(level)), 2, new ulong[2 * level.WordCount], 1)
    {
    }

    internal Ciphertext(CkksLevel level, int size, ulong[] words, double scale)
    {
        Level = level;
        Size = size;
        _words = words;
        Scale = scale;
    }

    public CkksLevel Level { get; }

    /// <summary>The number of polynomials, 2 to 16.</summary>
    public int Size { get; }

    public double Scale { get; internal set; }

    /// <summary>All residues: polynomial after polynomial, prime after prime.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    internal Span<ulong> Residues => _words;

    internal Span<ulong> Polynomial(int index) => _words.AsSpan(index * Level.WordCount, Level.WordCount);
}
