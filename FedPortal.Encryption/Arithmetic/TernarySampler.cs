using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>Samples −1, 0 and 1 with exactly equal probability, in time that depends only on words that were thrown away.</summary>
public static class TernarySampler
{
    private const int WordsAtOnce = 1024;

    // 65535 = 3·21845: of the 65536 words one is thrown away.
    private const ushort Third = 21845;
    private const ushort Rejected = ushort.MaxValue;

    /// <summary>Overwrites the destination.</summary>
    public static void Sample(AesCtrGenerator generator, Span<short> destination)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Span<ushort> words = stackalloc ushort[WordsAtOnce];
        while (!destination.IsEmpty)
        {
            Span<ushort> part = words[..Math.Min(WordsAtOnce, destination.Length)];
            generator.Fill(part);
            ReplaceRejected(generator, part);
            FromWords(part, destination[..part.Length]);
            destination = destination[part.Length..];
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words));
    }

    /// <summary>−1, 0 or 1 for the lower, middle and upper third of the words below 65535.</summary>
    internal static void FromWords(ReadOnlySpan<ushort> words, Span<short> destination)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<ushort> lower = Vector256.Create(Third), upper = Vector256.Create((ushort)(2 * Third));
            for (; i <= words.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
            {
                // A comparison that holds is −1 as a signed word.
                Vector256<ushort> word = Vector256.Create(words[i..]);
                Vector256<short> above = Vector256.GreaterThanOrEqual(word, lower).AsInt16() + Vector256.GreaterThanOrEqual(word, upper).AsInt16();
                (Vector256<short>.AllBitsSet - above).CopyTo(destination[i..]);
            }
        }

        for (; i < words.Length; i++)
        {
            // The sign bit of the difference says which third, without a branch.
            int word = words[i];
            destination[i] = (short)(1 + ((word - Third) >> 31) + ((word - (2 * Third)) >> 31));
        }
    }

    private static void ReplaceRejected(AesCtrGenerator generator, Span<ushort> words)
    {
        Span<ushort> fresh = stackalloc ushort[1];
        for (int at = words.IndexOf(Rejected); at >= 0; at = words.IndexOf(Rejected))
        {
            generator.Fill(fresh);
            words[at] = fresh[0];
        }

        fresh.Clear();
    }
}
