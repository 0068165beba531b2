using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>What a ciphertext and a public key share.</summary>
/// <remarks>
/// Header, parms_id at 16, is_ntt = 1 (a byte) at 48, number of polynomials at 49, N at 57, k at 65, scale at 73, correction factor 1 at 81, array at 89:
/// its header, its count at 105 and its words from 113, polynomial after polynomial, prime after prime. With a seed the array holds one polynomial
/// and is followed by a header, the type of the generator (1: BLAKE2Xb) and 64 bytes.
/// </remarks>
internal static class SealCiphertextBytes
{
    private const int FixedBytes = SealHeader.Bytes + ParametersId.Bytes + 1 + (5 * sizeof(ulong));
    private const int SeedBytes = SealHeader.Bytes + 1 + SeedExpander.SeedBytes;
    private const byte Blake2Xb = 1;

    /// <summary>Seed is null when every polynomial is in the words.</summary>
    internal readonly record struct Content(CkksLevel Level, int Size, double Scale, ulong[] Words, byte[]? Seed);

    public static Content Read(ReadOnlySpan<byte> file, CkksContext context)
    {
        var reader = new SealReader(SealEnvelope.Open(file, FixedBytes + SealWriter.ArraySize(Ciphertext.MaxSize * context.KeyLevel.WordCount)));
        CkksLevel level = SealLevels.Find(context, reader.Id());
        byte isTransformed = reader.Byte();
        if (isTransformed != 1)
        {
            throw new SealFormatException($"Expected a ciphertext in transform order (1) but its mark is {isTransformed}.");
        }

        ulong size = reader.Word();
        if (size is < 2 or > Ciphertext.MaxSize)
        {
            throw new SealFormatException($"Expected 2 to {Ciphertext.MaxSize} polynomials but got {size}.");
        }

        reader.Expect((ulong)context.Degree, "the degree");
        reader.Expect((ulong)level.PrimeCount, "the number of primes");
        double scale = reader.Real();
        reader.Expect(1, "the correction factor");
        (ulong[] words, bool isSeeded) = ReadWords(ref reader, level, (int)size);
        byte[]? seed = isSeeded ? ReadSeed(ref reader) : null;
        reader.End();
        return new Content(level, (int)size, scale, words, seed);
    }

    public static byte[] Write(CkksLevel level, int size, double scale, ReadOnlySpan<ulong> words, ReadOnlySpan<byte> seed, SealWriteOptions options)
    {
        byte[] plain = new byte[FixedBytes + SealWriter.ArraySize(words.Length) + (seed.IsEmpty ? 0 : SeedBytes)];
        var writer = new SealWriter(plain, options.MinorVersion);
        writer.Header(plain.Length);
        writer.Id(level.Id);
        writer.Byte(1);
        writer.Word((ulong)size);
        writer.Word((ulong)level.Context.Degree);
        writer.Word((ulong)level.PrimeCount);
        writer.Real(scale);
        writer.Word(1);
        writer.Array(words);
        if (!seed.IsEmpty)
        {
            writer.Header(SeedBytes);
            writer.Byte(Blake2Xb);
            writer.Bytes(seed);
        }

        return SealEnvelope.Close(plain, options);
    }

    // The count tells whether a seed follows: one polynomial instead of two.
    private static (ulong[] Words, bool IsSeeded) ReadWords(ref SealReader reader, CkksLevel level, int size)
    {
        SealHeader header = SealHeader.Read(reader.Take(SealHeader.Bytes));
        ulong count = reader.Word();
        bool isSeeded = size == 2 && count == (ulong)level.WordCount;
        if (!isSeeded && count != (ulong)size * (ulong)level.WordCount)
        {
            throw new SealFormatException(
                $"Expected {(long)size * level.WordCount} words, or {level.WordCount} and a seed for 2 polynomials, but got {count}.");
        }

        if (header.Compression != SealCompression.None || header.Size != SealWriter.ArraySize((int)count))
        {
            throw new SealFormatException(
                $"Expected the array to be uncompressed and to have {SealWriter.ArraySize((int)count)} bytes but its header says {header.Compression} and {header.Size}.");
        }

        if (reader.Left < (long)count * sizeof(ulong))
        {
            throw new SealFormatException($"Expected {count} more words but only {reader.Left} bytes are left: the file is cut off.");
        }

        ulong[] words = new ulong[count];
        reader.Residues(level, words);
        return (words, isSeeded);
    }

    private static byte[] ReadSeed(ref SealReader reader)
    {
        reader.NestedHeader("the seed", SeedBytes);
        byte type = reader.Byte();
        if (type != Blake2Xb)
        {
            throw new SealFormatException($"Expected a seed for BLAKE2Xb ({Blake2Xb}) but its generator is {type}; 2 is SHAKE-256, which is not supported.");
        }

        return reader.Take(SeedExpander.SeedBytes).ToArray();
    }
}
