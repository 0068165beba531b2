using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>Expands a 64-byte seed into the uniform polynomial that Microsoft SEAL expands it into.</summary>
/// <remarks>
/// Block j of the stream is 4096 bytes of BLAKE2Xb(message = j as a word, key = seed). The first k·N words belong to the residues in order. With
/// M = 2⁶⁴ − 1 a word v ≥ M − (M mod q) − 1 is replaced by the next word after those k·N, in processing order; the residue is v mod q.
/// </remarks>
public static class SeedExpander
{
    public const int SeedBytes = 64;

    private const int BlockBytes = 4096;
    private const int BlockWords = BlockBytes / sizeof(ulong);

    /// <summary>Overwrites the polynomial with residues in transform order.</summary>
    public static void Uniform(ReadOnlySpan<byte> seed, CkksLevel level, Span<ulong> polynomial)
    {
        ArgumentNullException.ThrowIfNull(level);
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"Expected a seed of {SeedBytes} bytes but got {seed.Length}.", nameof(seed));
        }

        if (polynomial.Length != level.WordCount)
        {
            throw new ArgumentException($"Expected {level.WordCount} words but got {polynomial.Length}.", nameof(polynomial));
        }

        // N is at least 1024, so whole blocks fill the polynomial and replacements start with a fresh block.
        ulong block = 0;
        for (int at = 0; at < polynomial.Length; at += BlockWords)
        {
            FillBlock(seed, block++, polynomial.Slice(at, BlockWords));
        }

        var replacements = new Replacements(seed, block);
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            ReduceWords(level.Part(polynomial, prime), level.Context.Modulus(prime), ref replacements);
        }
    }

    private static void ReduceWords(Span<ulong> words, Modulus modulus, ref Replacements replacements)
    {
        ulong limit = ulong.MaxValue - (ulong.MaxValue % modulus.Value) - 1;
        for (int i = 0; i < words.Length; i++)
        {
            ulong word = words[i];
            while (word >= limit)
            {
                word = replacements.Next();
            }

            words[i] = modulus.Reduce(word);
        }
    }

    private static void FillBlock(ReadOnlySpan<byte> seed, ulong block, Span<ulong> words)
    {
        Span<byte> message = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(message, block);
        Blake2b.Extend(message, seed, MemoryMarshal.AsBytes(words));
    }

    private ref struct Replacements(ReadOnlySpan<byte> seed, ulong firstBlock)
    {
        private readonly ReadOnlySpan<byte> _seed = seed;
        private readonly ulong[] _words = new ulong[BlockWords];
        private ulong _block = firstBlock;
        private int _at = BlockWords;

        public ulong Next()
        {
            if (_at == BlockWords)
            {
                FillBlock(_seed, _block++, _words);
                _at = 0;
            }

            return _words[_at++];
        }
    }
}
