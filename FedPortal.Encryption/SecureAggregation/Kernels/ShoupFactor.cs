using System.Numerics;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>A constant w in [0, q) prepared for multiplication modulo q &lt; 2^62 (Shoup's method): w' = ⌊w·2^64/q⌋ replaces the division.</summary>
internal readonly struct ShoupFactor
{
    private readonly ulong _factor;
    private readonly ulong _quotient;
    private readonly ulong _modulus;

    public ShoupFactor(BigInteger factor, ulong modulus)
        : this((ulong)(factor % modulus), modulus)
    {
    }

    public ShoupFactor(ulong factor, ulong modulus)
    {
        _factor = factor;
        _quotient = Quotient(factor, modulus);
        _modulus = modulus;
    }

    /// <returns>⌊factor·2^64/modulus⌋ for a factor below the modulus.</returns>
    public static ulong Quotient(ulong factor, ulong modulus) => (ulong)(((UInt128)factor << 64) / modulus);

    /// <returns>x·w mod q in [0, 2q), for any 64-bit x. Takes no branch.</returns>
    public static ulong MultiplyLazy(ulong x, ulong factor, ulong quotient, ulong modulus) =>
        (x * factor) - (Math.BigMul(x, quotient, out _) * modulus);

    /// <returns>x·w mod q in [0, q), for any 64-bit x. Takes no branch.</returns>
    public ulong Multiply(ulong x)
    {
        ulong lazy = MultiplyLazy(x, _factor, _quotient, _modulus);
        return ulong.Min(lazy, lazy - _modulus);
    }
}
