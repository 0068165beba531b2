using System.Runtime.InteropServices;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Training.Compression;

/// <summary>Public choices of coordinates: ascending, all different, the same wherever they are made.</summary>
internal static class CoordinateChoice
{
    private const string Purpose = "mask 1";

    /// <summary>One coordinate from each of ⌈fraction·count⌉ equal stretches, at a random place in it.</summary>
    public static int[] Random(int count, double fraction, ReadOnlySpan<byte> seed)
    {
        int chosen = Math.Clamp((int)Math.Ceiling(fraction * count), 1, count);
        uint[] words = new uint[chosen];
        using (AesCtrGenerator stream = PublicStream.Open(seed, Purpose, 0))
        {
            stream.Fill(MemoryMarshal.AsBytes(words.AsSpan()));
        }

        int[] indices = new int[chosen];
        for (long i = 0; i < chosen; i++)
        {
            long first = i * count / chosen;
            long next = (i + 1) * count / chosen;
            indices[i] = (int)(first + (long)((ulong)words[i] * (ulong)(next - first) >> 32));
        }

        return indices;
    }

    /// <summary>Half of the budget goes to the coordinates that moved most, the other half to random ones, so that none is left out for good.</summary>
    public static int[] MostMoved(int count, double fraction, ReadOnlySpan<byte> seed, ReadOnlyMemory<float>? lastChange)
    {
        // An array that is null becomes empty memory on its way here, not null.
        if (lastChange is not { Length: > 0 } change)
        {
            return Random(count, fraction, seed);
        }

        if (change.Length != count)
        {
            throw new ArgumentException($"Expected the last change of {count} values but got {change.Length}.", nameof(lastChange));
        }

        int[] random = Random(count, fraction / 2, seed);
        return [.. Largest(change.Span, random.Length).Union(random).Order()];
    }

    /// <returns>The places of the largest absolute values; of equal ones the earlier.</returns>
    internal static int[] Largest(ReadOnlySpan<float> values, int wanted)
    {
        int least = LeastBits(values, wanted, out int beyond);
        int equal = wanted - beyond;
        int[] places = new int[wanted];
        int found = 0;
        for (int i = 0; i < values.Length && found < wanted; i++)
        {
            int bits = Bits(values[i]);
            if (bits > least || (bits == least && equal-- > 0))
            {
                places[found++] = i;
            }
        }

        return places;
    }

    /// <summary>Bits of the wanted-th largest absolute value, found half by half: positive floats sort like their bits.</summary>
    private static int LeastBits(ReadOnlySpan<float> values, int wanted, out int beyond)
    {
        int[] high = new int[1 << 16];
        foreach (float value in values)
        {
            high[Bits(value) >> 16]++;
        }

        int upper = LastReaching(high, wanted, out int before);
        int[] low = new int[1 << 16];
        foreach (float value in values)
        {
            int bits = Bits(value);
            if (bits >> 16 == upper)
            {
                low[bits & 0xffff]++;
            }
        }

        int lower = LastReaching(low, wanted - before, out int within);
        beyond = before + within;
        return (upper << 16) | lower;
    }

    private static int LastReaching(int[] counts, int wanted, out int before)
    {
        before = 0;
        int bin = counts.Length - 1;
        while (bin > 0 && before + counts[bin] < wanted)
        {
            before += counts[bin--];
        }

        return bin;
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value) & int.MaxValue;
}
