namespace FedPortal.Encryption.Ckks;

/// <summary>The first k primes of a chain: where a plaintext or ciphertext lives.</summary>
public sealed class CkksLevel
{
    internal CkksLevel(CkksContext context, int primeCount)
    {
        Context = context;
        PrimeCount = primeCount;
        ulong[] primes = [.. context.Parameters.CoeffModulus.Take(primeCount)];
        Id = ParametersId.Of(context.Degree, primes);
        TotalBits = SecurityStandard.TotalBits(primes);
    }

    public CkksContext Context { get; }

    /// <summary>k.</summary>
    public int PrimeCount { get; }

    public ParametersId Id { get; }

    /// <summary>Bits of the product of the k primes.</summary>
    public int TotalBits { get; }

    /// <summary>Words of one polynomial: k·N, prime after prime.</summary>
    public int WordCount => PrimeCount * Context.Degree;

    /// <summary>The level with one prime less, or null.</summary>
    public CkksLevel? Next => PrimeCount > 1 ? Context.Levels[Context.Levels.Count - PrimeCount + 1] : null;

    /// <summary>Whether keys live here and data does not.</summary>
    public bool IsForKeysOnly => PrimeCount > Context.FirstDataLevel.PrimeCount;

    /// <summary>The residues modulo one prime.</summary>
    internal Span<ulong> Part(Span<ulong> polynomial, int prime) => polynomial.Slice(prime * Context.Degree, Context.Degree);

    internal ReadOnlySpan<ulong> View(ReadOnlySpan<ulong> polynomial, int prime) => polynomial.Slice(prime * Context.Degree, Context.Degree);

    /// <summary>Refuses a scale that is no number, not positive, or as large as the modulus.</summary>
    internal void RequireScale(double scale)
    {
        if (!(scale > 0) || !double.IsFinite(scale) || Math.Log2(scale) >= TotalBits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(scale), scale, $"Expected a scale above 0 and below 2^{TotalBits}, the modulus of this level, but got {scale}.");
        }
    }

    /// <summary>Refuses what belongs to another level.</summary>
    internal void RequireSame(CkksLevel other, string name)
    {
        if (other.Id != Id)
        {
            throw new ArgumentException($"Expected the level with id {Id} ({PrimeCount} primes) but got {other.Id} ({other.PrimeCount} primes).", name);
        }
    }
}
