namespace FedPortal.Training.Imaging;

/// <summary>Smallest or largest value in a square window around every pixel: erosion and dilation of a grey picture.</summary>
internal static class Extremes
{
    /// <param name="values">Row-major, width × height.</param>
    /// <param name="window">Odd side of the window; outside the picture nothing counts.</param>
    public static float[] Over(float[] values, int width, int height, int window, bool largest)
    {
        float[] rows = new float[values.Length];
        float[] result = new float[values.Length];
        for (int y = 0; y < height; y++)
        {
            Along(values.AsSpan(y * width, width), rows.AsSpan(y * width, width), window / 2, largest);
        }

        float[] column = new float[height];
        float[] moved = new float[height];
        for (int x = 0; x < width; x++)
        {
            for (int y = 0; y < height; y++)
            {
                column[y] = rows[(y * width) + x];
            }

            Along(column, moved, window / 2, largest);
            for (int y = 0; y < height; y++)
            {
                result[(y * width) + x] = moved[y];
            }
        }

        return result;
    }

    private static void Along(ReadOnlySpan<float> line, Span<float> result, int reach, bool largest)
    {
        for (int i = 0; i < line.Length; i++)
        {
            int first = Math.Max(0, i - reach);
            int last = Math.Min(line.Length - 1, i + reach);
            float extreme = line[first];
            for (int k = first + 1; k <= last; k++)
            {
                extreme = largest ? Math.Max(extreme, line[k]) : Math.Min(extreme, line[k]);
            }

            result[i] = extreme;
        }
    }
}
