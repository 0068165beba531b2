namespace FedPortal.Tests.Training.Native;

/// <summary>Lengths and angles of long vectors, in double.</summary>
internal static class Vectors
{
    public static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }

    public static double Norm(ReadOnlySpan<float> vector) => Math.Sqrt(Dot(vector, vector));

    /// <summary>1 when both point the same way.</summary>
    public static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right) => Dot(left, right) / (Norm(left) * Norm(right));

    /// <summary>|left − right| / |right|.</summary>
    public static double RelativeDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float[] difference = new float[left.Length];
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] = left[i] - right[i];
        }

        return Norm(difference) / Norm(right);
    }

    /// <summary>The nearest bfloat16 values, so that a float32 network starts from exactly the weights that bfloat16 computes with.</summary>
    public static void RoundToBrain(Span<float> values)
    {
        foreach (ref float value in values)
        {
            uint bits = BitConverter.SingleToUInt32Bits(value);
            value = BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
        }
    }
}
