using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>Residues modulo q prepared to multiply with, possibly secret: pinned so that no copy is left behind, zeroed when disposed.</summary>
internal sealed class RingFactor(ulong modulus, int length) : IDisposable
{
    private readonly ulong[] _values = GC.AllocateArray<ulong>(length, pinned: true);
    private readonly ulong[] _shoup = GC.AllocateArray<ulong>(length, pinned: true);
    private readonly double[] _quotients = GC.AllocateArray<double>(length, pinned: true);

    public ulong Modulus { get; } = modulus;

    public int Length => _values.Length;

    /// <summary>Residues in [0, q).</summary>
    public Span<ulong> Values => _values;

    /// <summary>⌊residue·2^64/q⌋.</summary>
    internal ReadOnlySpan<ulong> ShoupQuotients => _shoup;

    /// <summary>Residue / q.</summary>
    public ReadOnlySpan<double> Quotients => _quotients;

    /// <summary>Fills in what multiplication needs after <see cref="Values"/> were written.</summary>
    /// <remarks>
    /// ⌊v·2^64/q⌋ without a division, whose time would depend on the secret v: with k bits in q and M = ⌊2^(63+k)/q⌋, ⌊v·M/2^(k−1)⌋ is too small
    /// by 2 at most, and the rest v·2^64 − Q·q, below 3q, says by how much.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Complete()
    {
        int bits = 64 - BitOperations.LeadingZeroCount(Modulus);
        ulong reciprocal = (ulong)((UInt128.One << (63 + bits)) / Modulus);
        for (int i = 0; i < _values.Length; i++)
        {
            ulong value = _values[i];
            ulong high = Math.BigMul(value, reciprocal, out ulong low);
            ulong quotient = (high << (65 - bits)) | (low >> (bits - 1));
            ulong rest = 0 - (quotient * Modulus);
            quotient += 1 - ((rest - Modulus) >> 63);
            quotient += 1 - ((rest - (2 * Modulus)) >> 63);
            _shoup[i] = quotient;
            _quotients[i] = (double)value / Modulus;
        }
    }

    /// <returns>x·value[index] mod q in [0, q), for any 64-bit x.</returns>
    public ulong Multiply(int index, ulong x)
    {
        ulong lazy = ShoupFactor.MultiplyLazy(x, _values[index], _shoup[index], Modulus);
        return ulong.Min(lazy, lazy - Modulus);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_values.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_shoup.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_quotients.AsSpan()));
    }
}
