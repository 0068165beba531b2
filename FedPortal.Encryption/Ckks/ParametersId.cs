using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>Microsoft SEAL's parms_id: the 32-byte BLAKE2b digest of the words [2, N, primes …, 0]. One for each level.</summary>
/// <param name="Word0">The first eight bytes of the digest, read as a little-endian word; the others follow.</param>
/// <param name="Word1">Bytes 8 to 15.</param>
/// <param name="Word2">Bytes 16 to 23.</param>
/// <param name="Word3">Bytes 24 to 31.</param>
public readonly record struct ParametersId(ulong Word0, ulong Word1, ulong Word2, ulong Word3)
{
    /// <summary>Bytes in a file.</summary>
    public const int Bytes = 32;

    /// <summary>The number that stands for CKKS in SEAL's files.</summary>
    internal const int Scheme = 2;

    public static ParametersId Of(int polyModulusDegree, ReadOnlySpan<ulong> primes)
    {
        ulong[] words = [Scheme, (ulong)polyModulusDegree, .. primes, 0];
        Span<byte> digest = stackalloc byte[Bytes];
        Blake2b.Hash(MemoryMarshal.AsBytes<ulong>(words), [], digest);
        return Read(digest);
    }

    public static ParametersId Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Word0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Word1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Word2);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Word3);
    }

    /// <summary>The four words in hexadecimal, as SEAL programs print them.</summary>
    public override string ToString() => $"{Word0:x16} {Word1:x16} {Word2:x16} {Word3:x16}";
}
