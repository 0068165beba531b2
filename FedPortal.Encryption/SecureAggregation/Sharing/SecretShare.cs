using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Kernels;

namespace FedPortal.Encryption.SecureAggregation.Sharing;

/// <summary>What one helper holds of one institution's key: an element of the field for every coefficient. Secret; zeroed when disposed.</summary>
public sealed class SecretShare : IDisposable
{
    private readonly ulong[] _elements;

    internal SecretShare(int degree) => _elements = GC.AllocateArray<ulong>(degree, pinned: true);

    internal Span<ulong> Elements => _elements;

    /// <summary>Bytes of a share of a key with so many coefficients: 17 bits each.</summary>
    public static int ByteCount(int degree) => degree / 8 * ShamirField.ElementBits;

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_elements.AsSpan()));

    internal void Write(Span<byte> destination) => WordPacking.Pack(_elements, ShamirField.ElementBits, destination);

    /// <returns>Null when an element is not below p.</returns>
    internal static SecretShare? TryRead(ReadOnlySpan<byte> packed, int degree)
    {
        var share = new SecretShare(degree);
        if (WordPacking.AddTo(packed, ShamirField.ElementBits, share.Elements) < ShamirField.Prime)
        {
            return share;
        }

        share.Dispose();
        return null;
    }
}
