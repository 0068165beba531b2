using System.Numerics;
using System.Runtime.InteropServices;

namespace FedPortal.Training.Perturbation;

/// <summary>Norms of long vectors. Sums run in double precision over chunks, so 23.5 million small values lose nothing that matters.</summary>
public static class VectorNorm
{
    private const int Chunk = 4096;

    /// <returns>The 2-norm. Infinite or not a number when a value is.</returns>
    public static double L2(ReadOnlySpan<float> values)
    {
        double total = 0;
        while (!values.IsEmpty)
        {
            ReadOnlySpan<float> part = values[..Math.Min(Chunk, values.Length)];
            total += SquareSum(part);
            values = values[part.Length..];
        }

        return Math.Sqrt(total);
    }

    /// <returns>The largest absolute value; 0 of an empty vector.</returns>
    public static double Largest(ReadOnlySpan<float> values)
    {
        Vector<float> most = Vector<float>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            most = Vector.Max(most, Vector.Abs(new Vector<float>(values[i..])));
        }

        float largest = 0;
        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            largest = Math.Max(largest, most[lane]);
        }

        foreach (float value in values[i..])
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    /// <returns>Σ xᵢyᵢ of two equally long vectors.</returns>
    internal static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector<double> sums = Vector<double>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(x[i..]) * new Vector<float>(y[i..]), out Vector<double> low, out Vector<double> high);
            sums += low + high;
        }

        double total = Vector.Sum(sums);
        for (; i < x.Length; i++)
        {
            total += (double)x[i] * y[i];
        }

        return total;
    }

    /// <returns>Σ xᵢyᵢ of two equally long vectors, added up one after the other: the same bits on every machine.</returns>
    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    /// <returns>The exact sum of squares.</returns>
    public static UInt128 SquareSum(ReadOnlySpan<int> values)
    {
        UInt128 total = 0;
        foreach (int value in values)
        {
            total += (ulong)((long)value * value);
        }

        return total;
    }

    private static double SquareSum(ReadOnlySpan<float> values)
    {
        Vector<double> sums = Vector<double>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> vector in vectors)
        {
            Vector.Widen(vector, out Vector<double> low, out Vector<double> high);
            sums += (low * low) + (high * high);
        }

        double total = Vector.Sum(sums);
        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            total += (double)value * value;
        }

        return total;
    }
}
