using System.Numerics;

namespace FedPortal.Training.Imaging;

/// <summary>Smallest or largest value in a square window around every pixel: erosion and dilation of a grey picture.</summary>
internal static class Extremes
{
    /// <param name="values">Row-major, width × height.</param>
    /// <param name="window">Odd side of the window; outside the picture nothing counts.</param>
    public static float[] Over(float[] values, int width, int height, int window, bool largest)
    {
        int reach = window / 2;
        float[] rows = [.. values];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> line = values.AsSpan(y * width, width);
            Span<float> result = rows.AsSpan(y * width, width);
            for (int shift = 1; shift <= reach && shift < width; shift++)
            {
                Fold(result[shift..], line[..^shift], largest);
                Fold(result[..^shift], line[shift..], largest);
            }
        }

        float[] all = [.. rows];
        for (int y = 0; y < height; y++)
        {
            for (int other = Math.Max(0, y - reach); other <= Math.Min(height - 1, y + reach); other++)
            {
                Fold(all.AsSpan(y * width, width), rows.AsSpan(other * width, width), largest);
            }
        }

        return all;
    }

    /// <summary>Makes each value the smaller or larger of itself and its partner; both are equally long and do not overlap.</summary>
    private static void Fold(Span<float> own, ReadOnlySpan<float> partners, bool largest)
    {
        int i = 0;
        for (; i <= own.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> a = new(own[i..]);
            Vector<float> b = new(partners[i..]);
            (largest ? Vector.Max(a, b) : Vector.Min(a, b)).CopyTo(own[i..]);
        }

        for (; i < own.Length; i++)
        {
            own[i] = largest ? Math.Max(own[i], partners[i]) : Math.Min(own[i], partners[i]);
        }
    }
}
