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

    /// <summary>Residue / q.</summary>
    public ReadOnlySpan<double> Quotients => _quotients;

    public void Set(int index, ulong value)
    {
        _values[index] = value;
        _shoup[index] = ShoupFactor.Quotient(value, Modulus);
        _quotients[index] = (double)value / Modulus;
    }

    /// <summary>Fills in what multiplication needs after <see cref="Values"/> were written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Complete()
    {
        for (int i = 0; i < _values.Length; i++)
        {
            Set(i, _values[i]);
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
