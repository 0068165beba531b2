using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace FedPortal.Encryption.SecureAggregation.Rounds;

/// <summary>Writes the one byte form of a message: little-endian, text as u16 length and UTF-8.</summary>
internal sealed class CanonicalWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public CanonicalWriter(string magic, ushort version)
    {
        Bytes(Encoding.ASCII.GetBytes(magic));
        U16(version);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    public void U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), checked((ushort)value));
        _buffer.Advance(2);
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void I64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void F64(double value) => I64(BitConverter.DoubleToInt64Bits(value));

    public void Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        U16(bytes.Length);
        Bytes(bytes);
    }

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
