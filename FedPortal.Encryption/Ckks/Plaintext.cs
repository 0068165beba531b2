namespace FedPortal.Encryption.Ckks;

/// <summary>An encoded polynomial in transform order: k·N residues, prime after prime, with the scale that it was encoded at.</summary>
public sealed class Plaintext
{
    private readonly ulong[] _words;

    /// <summary>An empty plaintext to encode or decrypt into.</summary>
    public Plaintext(CkksLevel level)
        : this(level ?? throw new ArgumentNullException(nameof(level)), new ulong[level.WordCount], 1)
    {
    }

    internal Plaintext(CkksLevel level, ulong[] words, double scale)
    {
        Level = level;
        _words = words;
        Scale = scale;
    }

    public CkksLevel Level { get; }

    public double Scale { get; internal set; }

    /// <summary>The residues, each below its prime.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    internal Span<ulong> Residues => _words;
}
