using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>Fills the uncompressed bytes of one object, whose size is known before.</summary>
internal ref struct SealWriter(Span<byte> bytes, int minorVersion)
{
    private readonly Span<byte> _bytes = bytes;
    private int _at;

    public void Header(long size) => new SealHeader(minorVersion, SealCompression.None, size).Write(Next(SealHeader.Bytes));

    public void Byte(byte value) => Next(1)[0] = value;

    public void Word(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Next(sizeof(ulong)), value);

    public void Real(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Next(sizeof(double)), value);

    public void Id(ParametersId id) => id.Write(Next(ParametersId.Bytes));

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Next(value.Length));

    /// <summary>An array: header, count and words.</summary>
    public void Array(ReadOnlySpan<ulong> words)
    {
        Header(ArraySize(words.Length));
        Word((ulong)words.Length);
        Bytes(MemoryMarshal.AsBytes(words));
    }

    public static long ArraySize(int words) => SealHeader.Bytes + sizeof(ulong) + ((long)words * sizeof(ulong));

    private Span<byte> Next(int count)
    {
        Span<byte> next = _bytes.Slice(_at, count);
        _at += count;
        return next;
    }
}
