using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>Walks through the uncompressed bytes of one object; nothing is read beyond them and nothing is allocated on their word alone.</summary>
internal ref struct SealReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly int Left => _bytes.Length - _at;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw new SealFormatException($"Expected {count} more bytes but only {Left} are left: the file is cut off.");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ulong Word() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public double Real() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public ParametersId Id() => ParametersId.Read(Take(ParametersId.Bytes));

    /// <summary>Reads the header of a nested object and checks that its size is the one that its place demands.</summary>
    public void NestedHeader(string what, long expectedSize)
    {
        SealHeader header = SealHeader.Read(Take(SealHeader.Bytes));
        if (header.Compression != SealCompression.None)
        {
            throw new SealFormatException($"Expected {what} to be uncompressed inside its file but its header says {header.Compression}.");
        }

        if (header.Size != expectedSize)
        {
            throw new SealFormatException($"Expected {what} to have {expectedSize} bytes but its header says {header.Size}.");
        }
    }

    /// <summary>Copies the residues of polynomials and refuses words that are not below their prime.</summary>
    public void Residues(CkksLevel level, Span<ulong> destination)
    {
        Take(destination.Length * sizeof(ulong)).CopyTo(MemoryMarshal.AsBytes(destination));
        for (int part = 0; part * level.Context.Degree < destination.Length; part++)
        {
            Modulus modulus = level.Context.Modulus(part % level.PrimeCount);
            ReadOnlySpan<ulong> words = level.View(destination, part);
            int bad = ModularVector.IndexOfUnreduced(words, modulus);
            if (bad >= 0)
            {
                throw new SealFormatException($"Expected word {(part * words.Length) + bad} to be below its prime {modulus.Value} but it is {words[bad]}.");
            }
        }
    }

    /// <summary>Reads a number that has only one right value.</summary>
    public void Expect(ulong expected, string what)
    {
        ulong actual = Word();
        if (actual != expected)
        {
            throw new SealFormatException($"Expected {what} to be {expected} but it is {actual}.");
        }
    }

    /// <summary>Everything must have been read.</summary>
    public readonly void End()
    {
        if (Left > 0)
        {
            throw new SealFormatException($"Expected the object to end here but {Left} more bytes follow.");
        }
    }
}
