using System.Numerics;

namespace FedPortal.Encryption.SecureAggregation.Parameters;

/// <summary>
/// One choice of ring Z_q[X]/(X^N+1), lanes and rounding. Everything that travels in a round has the sizes given here.
/// </summary>
/// <param name="Name">The name in round descriptions, for example <c>compact</c>.</param>
/// <param name="Degree">N, a power of two: coefficients in a block.</param>
/// <param name="Primes">One or two primes, each 1 modulo 2N; q is their product.</param>
/// <param name="Lanes">Values packed into one coefficient.</param>
/// <param name="LaneBits">Width of a lane: the sum of all institutions' values must fit.</param>
/// <param name="DroppedBits">Low bits of every coefficient that are rounded away before sending.</param>
/// <param name="ValueBits">Bits of a value in the case the set was made for.</param>
/// <param name="Institutions">Institutions in the case the set was made for; <see cref="SetFit"/> decides, not this number.</param>
/// <param name="SecurityLevel">128, 192 or 256: the column of the homomorphic encryption standard's table that the set obeys.</param>
public sealed record ParameterSet(
    string Name, int Degree, IReadOnlyList<ulong> Primes, int Lanes, int LaneBits, int DroppedBits,
    int ValueBits, int Institutions, int SecurityLevel)
{
    /// <summary>Standard deviation of one-time keys and of encryption errors.</summary>
    /// <remarks>Twice the standard's 3.2: what remains unknown of one key after Σs is revealed still has σ/√2 = 4.5 or more.</remarks>
    public const double Sigma = 6.4;

    /// <summary>q, the product of the primes.</summary>
    public BigInteger Modulus => Primes.Aggregate(BigInteger.One, (product, prime) => product * prime);

    /// <summary>⌈log2 q⌉.</summary>
    public int ModulusBits => (int)Modulus.GetBitLength();

    /// <summary>Words per coefficient on the wire: the rounded coefficient is cut into one word per prime.</summary>
    public int Limbs => Primes.Count;

    /// <summary>Bits of one word on the wire.</summary>
    public int WordBits => (ModulusBits - DroppedBits) / Limbs;

    public int WordsPerBlock => Degree * Limbs;

    public int ValuesPerBlock => Degree * Lanes;

    public int BytesPerBlock => WordsPerBlock / 8 * WordBits;

    public double BytesPerValue => BytesPerBlock / (double)ValuesPerBlock;

    /// <summary>Δ = ⌊q / 2^(lanes·lane bits)⌋: what a packed value is multiplied by.</summary>
    public BigInteger Delta => Modulus >> (Lanes * LaneBits);

    /// <summary>The largest rounded coefficient that an honest institution can send.</summary>
    public BigInteger LargestCoefficient => (Modulus - 1 + RoundingHalf) >> DroppedBits;

    internal BigInteger RoundingHalf => DroppedBits == 0 ? 0 : BigInteger.One << (DroppedBits - 1);

    /// <summary>Blocks that hold so many values.</summary>
    public int BlockCount(long values) => checked((int)((values + ValuesPerBlock - 1) / ValuesPerBlock));

    /// <summary>Standard deviation of a coefficient's error in the sum of <paramref name="institutions"/> updates: √(n(σ² + 4^drop/12)).</summary>
    public double ErrorDeviation(int institutions) =>
        Math.Sqrt(institutions * ((Sigma * Sigma) + (DroppedBits == 0 ? 0 : Math.Pow(4, DroppedBits) / 12)));

    public override string ToString() => Name;
}
