using System.Buffers.Binary;

namespace FedPortal.Encryption.Seal;

/// <summary>The 16 bytes in front of every object: 5E A1, 10, major 4, minor, compression, two zeros, and the whole size as 64 bits.</summary>
/// <param name="MinorVersion">The 4.x that wrote it.</param>
/// <param name="Compression">Of what follows. Only the outermost object may be compressed.</param>
/// <param name="Size">Bytes of the object, header included.</param>
public readonly record struct SealHeader(int MinorVersion, SealCompression Compression, long Size)
{
    public const int Bytes = 16;

    /// <summary>The newest 4.x whose files we know.</summary>
    public const int NewestMinorVersion = 4;

    private const ushort Magic = 0xA15E;
    private const byte Major = 4;

    /// <exception cref="SealFormatException">A byte is not what it must be.</exception>
    public static SealHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes)
        {
            throw new SealFormatException($"Expected a header of {Bytes} bytes but only {bytes.Length} are left.");
        }

        Require(BinaryPrimitives.ReadUInt16LittleEndian(bytes) == Magic, $"Expected the bytes 5E A1 but got {bytes[0]:X2} {bytes[1]:X2}: this is no SEAL file.");
        Require(bytes[2] == Bytes, $"Expected a header of {Bytes} bytes but it says {bytes[2]}.");
        Require(bytes[3] == Major && bytes[4] <= NewestMinorVersion, $"Expected version {Major}.0 to {Major}.{NewestMinorVersion} but got {bytes[3]}.{bytes[4]}.");
        Require(bytes[5] <= (int)SealCompression.Zstandard, $"Expected compression 0, 1 or 2 but got {bytes[5]}.");
        Require(bytes[6] == 0 && bytes[7] == 0, $"Expected two reserved zeros but got {bytes[6]:X2} {bytes[7]:X2}.");
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        Require(size is >= Bytes and <= long.MaxValue, $"Expected a size of at least {Bytes} bytes but got {size}.");
        return new SealHeader(bytes[4], (SealCompression)bytes[5], (long)size);
    }

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Magic);
        bytes[2] = Bytes;
        bytes[3] = Major;
        bytes[4] = (byte)MinorVersion;
        bytes[5] = (byte)Compression;
        bytes[6] = 0;
        bytes[7] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (ulong)Size);
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SealFormatException(otherwise);
        }
    }
}
