using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>Words of 16 to 57 bits as a dense little-endian bit stream: word i takes bits i·width … i·width + width − 1.</summary>
internal static class WordPacking
{
    public const int MinWidth = 16;
    public const int MaxWidth = 57;

    /// <summary>Writes words below 2^width. Their number is a multiple of 8, so the stream ends on a whole byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(ReadOnlySpan<ulong> words, int width, Span<byte> destination)
    {
        Require(words.Length, width, destination.Length);
        ulong pending = 0;
        int filled = 0;
        int at = 0;
        foreach (ulong word in words)
        {
            pending |= word << filled;
            filled += width;
            if (filled >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], pending);
                at += 8;
                filled -= 64;
                pending = filled == 0 ? 0 : word >> (width - filled);
            }
        }

        for (; filled > 0; filled -= 8)
        {
            destination[at++] = (byte)pending;
            pending >>= 8;
        }
    }

    /// <summary>Adds every word of the stream to its place.</summary>
    /// <returns>The largest word read.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong AddTo(ReadOnlySpan<byte> packed, int width, Span<ulong> sums)
    {
        Require(sums.Length, width, packed.Length);
        ulong mask = (1UL << width) - 1;
        ulong largest = 0;
        int bit = 0;
        int direct = Math.Max(0, (((packed.Length - 8) * 8) + 7) / width);
        for (int i = 0; i < direct; i++, bit += width)
        {
            ulong word = (BinaryPrimitives.ReadUInt64LittleEndian(packed[(bit >> 3)..]) >> (bit & 7)) & mask;
            largest = ulong.Max(largest, word);
            sums[i] += word;
        }

        Span<byte> padded = stackalloc byte[8];
        for (int i = direct; i < sums.Length; i++, bit += width)
        {
            padded.Clear();
            ReadOnlySpan<byte> rest = packed[(bit >> 3)..];
            rest[..Math.Min(8, rest.Length)].CopyTo(padded);
            ulong word = (BinaryPrimitives.ReadUInt64LittleEndian(padded) >> (bit & 7)) & mask;
            largest = ulong.Max(largest, word);
            sums[i] += word;
        }

        return largest;
    }

    private static void Require(int words, int width, int bytes)
    {
        if (width is < MinWidth or > MaxWidth || words % 8 != 0)
        {
            throw new ArgumentException($"Expected a multiple of 8 words of {MinWidth} to {MaxWidth} bits but got {words} of {width} bits.");
        }

        if (bytes != words / 8 * width)
        {
            throw new ArgumentException($"Expected {words / 8 * width} packed bytes but got {bytes}.");
        }
    }
}
