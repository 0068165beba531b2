namespace FedPortal.Training.Imaging;

/// <summary>Replaces each pixel by the median of its square neighbourhood; beyond the edge the nearest pixel counts again.</summary>
internal static class MedianFilter
{
    public static GreyPlane Apply(GreyPlane source, int radius)
    {
        if (radius == 0)
        {
            return source;
        }

        int side = (2 * radius) + 1;
        Span<float> window = stackalloc float[side * side];
        float[] result = new float[source.Values.Length];
        for (int y = 0; y < source.Height; y++)
        {
            for (int x = 0; x < source.Width; x++)
            {
                Gather(source, x, y, radius, window);
                result[(y * source.Width) + x] = Median(window);
            }
        }

        return source with { Values = result };
    }

    private static void Gather(GreyPlane source, int x, int y, int radius, Span<float> window)
    {
        int count = 0;
        for (int dy = -radius; dy <= radius; dy++)
        {
            int row = Math.Clamp(y + dy, 0, source.Height - 1) * source.Width;
            for (int dx = -radius; dx <= radius; dx++)
            {
                window[count++] = source.Values[row + Math.Clamp(x + dx, 0, source.Width - 1)];
            }
        }
    }

    // Insertion sort: neighbours are nearly equal and few, so it beats anything cleverer.
    private static float Median(Span<float> window)
    {
        for (int i = 1; i < window.Length; i++)
        {
            float value = window[i];
            int k = i - 1;
            for (; k >= 0 && window[k] > value; k--)
            {
                window[k + 1] = window[k];
            }

            window[k + 1] = value;
        }

        return window[window.Length / 2];
    }
}
