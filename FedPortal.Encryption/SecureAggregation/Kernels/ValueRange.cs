using System.Numerics;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>The smallest and the largest of some integers.</summary>
internal static class ValueRange
{
    public static (int Smallest, int Largest) Of(ReadOnlySpan<int> values)
    {
        var low = new Vector<int>(int.MaxValue);
        var high = new Vector<int>(int.MinValue);
        int i = 0;
        for (; i <= values.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var x = new Vector<int>(values[i..]);
            low = Vector.Min(low, x);
            high = Vector.Max(high, x);
        }

        int smallest = int.MaxValue;
        int largest = int.MinValue;
        for (int lane = 0; lane < Vector<int>.Count; lane++)
        {
            smallest = Math.Min(smallest, low[lane]);
            largest = Math.Max(largest, high[lane]);
        }

        foreach (int x in values[i..])
        {
            smallest = Math.Min(smallest, x);
            largest = Math.Max(largest, x);
        }

        return (smallest, largest);
    }
}
