using System.Numerics;
using System.Runtime.InteropServices;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Training.Compression;

namespace FedPortal.Training.Screening;

/// <summary>
/// R, a seeded ±1 projection from d to k values: coordinate j is added to value j mod k with a random sign. E‖Rx‖² = ‖x‖² with a relative standard
/// deviation of at most √(2/k), and the same for scalar products (Charikar, Chen, Farach-Colton 2002; Weinberger et al. 2009). It is linear in whole numbers, so
/// the sketch of a sum is exactly the sum of the sketches.
/// </summary>
/// <remarks>
/// Signs: coordinates are cut into runs of k, 32 runs make a group, 64 groups a part. Part p draws from the public stream "sketch 1", number p: for each of
/// its groups k words of 32 bits, little-endian; bit r of word c set means minus for value c of the group's run r.
/// R is public before the updates are made: it finds careless and loud attackers. Who computes an update for the very purpose of hiding in its
/// null space is not found by any rule on sketches.
/// </remarks>
public sealed class SketchProjection
{
    private const int RunsPerGroup = 32;
    private const int GroupsPerPart = 64;

    private readonly byte[] _seed;

    /// <param name="seed">The round's public seed.</param>
    /// <param name="dimension">d.</param>
    /// <param name="sketchDimensions">k, a multiple of 64.</param>
    public SketchProjection(ReadOnlySpan<byte> seed, int dimension, int sketchDimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (sketchDimensions is < 64 or > 1024 || sketchDimensions % 64 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(sketchDimensions), sketchDimensions, "Expected a multiple of 64 up to 1024.");
        }

        _seed = seed.ToArray();
        Dimension = dimension;
        SketchDimensions = sketchDimensions;
    }

    public int Dimension { get; }

    public int SketchDimensions { get; }

    private int PartLength => SketchDimensions * RunsPerGroup * GroupsPerPart;

    /// <summary>R·x.</summary>
    /// <param name="values">d whole numbers.</param>
    /// <param name="threads">How many cores to use.</param>
    public long[] Apply(ReadOnlyMemory<int> values, int threads = 1)
    {
        if (values.Length != Dimension)
        {
            throw new ArgumentException($"Expected {Dimension} values to sketch but got {values.Length}.", nameof(values));
        }

        int parts = (Dimension + PartLength - 1) / PartLength;
        long[] total = new long[SketchDimensions];
        var gate = new Lock();
        Parallel.For(
            0,
            parts,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            () => new long[SketchDimensions],
            (part, _, sums) =>
            {
                AddPart(part, values.Span, sums);
                return sums;
            },
            sums =>
            {
                lock (gate)
                {
                    for (int i = 0; i < total.Length; i++)
                    {
                        total[i] += sums[i];
                    }
                }
            });
        return total;
    }

    private void AddPart(int part, ReadOnlySpan<int> values, long[] sums)
    {
        using AesCtrGenerator stream = PublicStream.Open(_seed, "sketch 1", (ulong)part);
        int[] signs = new int[SketchDimensions];
        int start = part * PartLength;
        int end = (int)Math.Min(values.Length, (long)start + PartLength);
        while (start < end)
        {
            stream.Fill(MemoryMarshal.AsBytes(signs.AsSpan()));
            for (int run = 0; run < RunsPerGroup && start < end; run++)
            {
                int length = Math.Min(SketchDimensions, end - start);
                AddRun(values.Slice(start, length), signs, run, sums);
                start += length;
            }
        }
    }

    private static void AddRun(ReadOnlySpan<int> values, ReadOnlySpan<int> signs, int run, Span<long> sums)
    {
        int i = 0;
        for (; i <= values.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            Vector<int> minus = new Vector<int>(signs[i..]) << (31 - run) >> 31;
            Vector<int> signed = (new Vector<int>(values[i..]) ^ minus) - minus;
            Vector.Widen(signed, out Vector<long> low, out Vector<long> high);
            (new Vector<long>(sums[i..]) + low).CopyTo(sums[i..]);
            int next = i + Vector<long>.Count;
            (new Vector<long>(sums[next..]) + high).CopyTo(sums[next..]);
        }

        for (; i < values.Length; i++)
        {
            sums[i] += (signs[i] >> run & 1) == 0 ? values[i] : -(long)values[i];
        }
    }
}
