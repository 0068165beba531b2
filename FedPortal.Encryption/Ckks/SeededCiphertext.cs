namespace FedPortal.Encryption.Ckks;

/// <summary>c_0 and the public seed that c_1 is expanded from: half the bytes of a ciphertext.</summary>
public sealed class SeededCiphertext
{
    private readonly ulong[] _words;
    private readonly byte[] _seed;

    /// <summary>An empty one to encrypt into.</summary>
    public SeededCiphertext(CkksLevel level)
        : this(level ?? throw new ArgumentNullException(nameof(level)), new ulong[level.WordCount], new byte[SeedExpander.SeedBytes], 1)
    {
    }

    internal SeededCiphertext(CkksLevel level, ulong[] words, byte[] seed, double scale)
    {
        Level = level;
        _words = words;
        _seed = seed;
        Scale = scale;
    }

    public CkksLevel Level { get; }

    public double Scale { get; internal set; }

    /// <summary>The residues of c_0.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>64 bytes.</summary>
    public ReadOnlySpan<byte> Seed => _seed;

    internal Span<ulong> Residues => _words;

    internal Span<byte> SeedBytes => _seed;

    /// <returns>The ciphertext that it stands for.</returns>
    public Ciphertext Expand()
    {
        var expanded = new Ciphertext(Level) { Scale = Scale };
        _words.CopyTo(expanded.Polynomial(0));
        SeedExpander.Uniform(_seed, Level, expanded.Polynomial(1));
        return expanded;
    }
}
