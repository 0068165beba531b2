using System.Runtime.Intrinsics;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>Samples residues uniform in [0, q): words cut to the bits of q, those that are not below q thrown away.</summary>
public static class UniformSampler
{
    private const int WordsAtOnce = 512;

    /// <summary>Overwrites the destination with residues of our own generator, for polynomials that nobody has to expand from a seed.</summary>
    public static void Sample(AesCtrGenerator generator, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(modulus);
        ulong mask = ulong.MaxValue >> (64 - modulus.Bits);
        Span<ulong> words = stackalloc ulong[WordsAtOnce];
        while (!destination.IsEmpty)
        {
            // What is left tells how many words are worth drawing; the residues are public, so the time may depend on them.
            Span<ulong> part = words[..Math.Min(WordsAtOnce, destination.Length)];
            generator.Fill(part);
            destination = destination[Keep(part, mask, modulus.Value, destination)..];
        }
    }

    /// <returns>The number of residues written.</returns>
    internal static int Keep(ReadOnlySpan<ulong> words, ulong mask, ulong q, Span<ulong> destination)
    {
        int i = 0, kept = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<ulong> masks = Vector512.Create(mask), modulus = Vector512.Create(q);
            for (; i <= words.Length - Vector512<ulong>.Count; i += Vector512<ulong>.Count)
            {
                Vector512<ulong> word = Vector512.Create(words[i..]) & masks;
                if (Vector512.LessThanAll(word, modulus))
                {
                    word.CopyTo(destination[kept..]);
                    kept += Vector512<ulong>.Count;
                }
                else
                {
                    kept += KeepScalar(words.Slice(i, Vector512<ulong>.Count), mask, q, destination[kept..]);
                }
            }
        }

        return kept + KeepScalar(words[i..], mask, q, destination[kept..]);
    }

    internal static int KeepScalar(ReadOnlySpan<ulong> words, ulong mask, ulong q, Span<ulong> destination)
    {
        int kept = 0;
        foreach (ulong word in words)
        {
            ulong candidate = word & mask;
            if (candidate < q)
            {
                destination[kept++] = candidate;
            }
        }

        return kept;
    }
}
