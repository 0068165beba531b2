using System.Buffers.Binary;
using System.Text;

namespace FedPortal.Encryption.SecureAggregation.Rounds;

/// <summary>Reads what <see cref="CanonicalWriter"/> writes; every way to be bad is a <see cref="FormatException"/> that names both sides.</summary>
internal ref struct CanonicalReader(ReadOnlySpan<byte> bytes, string what)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly string _what = what;
    private int _at;

    public void Header(string magic, ushort version)
    {
        string actual = Encoding.ASCII.GetString(Bytes(magic.Length));
        Require(actual == magic, $"to begin with {magic}", actual);
        int number = U16();
        Require(number == version, $"version {version}", number);
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        Require(_bytes.Length - _at >= count, $"{count} bytes at place {_at}", _bytes.Length - _at);
        ReadOnlySpan<byte> part = _bytes.Slice(_at, count);
        _at += count;
        return part;
    }

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public double F64() => BitConverter.Int64BitsToDouble(I64());

    public string Text()
    {
        ReadOnlySpan<byte> text = Bytes(U16());
        try
        {
            return Strict.GetString(text);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"Expected UTF-8 in the {_what} but got other bytes.", exception);
        }
    }

    public readonly void End() => Require(_at == _bytes.Length, $"{_at} bytes", _bytes.Length);

    public readonly void Require(bool holds, string expected, object actual)
    {
        if (!holds)
        {
            throw new FormatException(FormattableString.Invariant($"Expected {expected} in the {_what} but got {actual}."));
        }
    }
}
