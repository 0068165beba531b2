using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace FedPortal.Training.Models.Onnx;

/// <summary>Writes the wire format of Protocol Buffers: varints, 32-bit floats and length-delimited fields. Enough for ONNX, whose tensors travel as raw bytes.</summary>
internal sealed class ProtoWriter
{
    private const int VarintType = 0;
    private const int LengthType = 2;
    private const int FixedType = 5;
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public void WriteTo(Stream stream) => stream.Write(_bytes.WrittenSpan);

    public void Number(int field, long value)
    {
        Tag(field, VarintType);
        Varint((ulong)value);
    }

    public void Float(int field, float value)
    {
        Tag(field, FixedType);
        _bytes.Write(BitConverter.GetBytes(value));
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Little-endian on every machine .NET runs on here.</summary>
    public void Raw<T>(int field, ReadOnlySpan<T> values)
        where T : unmanaged => Bytes(field, MemoryMarshal.AsBytes(values));

    /// <summary>Whole numbers in one packed field.</summary>
    public void Packed(int field, IEnumerable<long> values)
    {
        var inner = new ProtoWriter();
        foreach (long value in values)
        {
            inner.Varint((ulong)value);
        }

        Message(field, inner);
    }

    public void Message(int field, ProtoWriter message)
    {
        Tag(field, LengthType);
        Varint((ulong)message._bytes.WrittenCount);
        _bytes.Write(message._bytes.WrittenSpan);
    }

    public void Message(int field, Action<ProtoWriter> fill)
    {
        var message = new ProtoWriter();
        fill(message);
        Message(field, message);
    }

    /// <summary>The fields of another writer, behind those that are there.</summary>
    public void Append(ProtoWriter fields) => _bytes.Write(fields._bytes.WrittenSpan);

    private void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, LengthType);
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    private void Tag(int field, int type) => Varint(((ulong)field << 3) | (uint)type);

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        _bytes.Write([(byte)value]);
    }
}
