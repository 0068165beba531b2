namespace FedPortal.Training.Imaging;

/// <summary>Changes a picture's size: every new pixel is the mean of the area it covers when shrinking, a linear blend when enlarging.</summary>
internal static class Resampling
{
    /// <summary>Resizes to exactly <paramref name="width"/> × <paramref name="height"/>; equal size gives the same values.</summary>
    public static GreyPlane Resize(GreyPlane source, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return Vertically(Horizontally(source, width), height);
    }

    /// <summary>The larger side becomes <paramref name="side"/>, the other keeps the aspect ratio (at least 1).</summary>
    public static (int Width, int Height) FitInside(int width, int height, int side)
    {
        int Scaled(int length, int longest) => Math.Max(1, (int)(((long)length * side * 2 + longest) / (2L * longest)));
        return (Scaled(width, Math.Max(width, height)), Scaled(height, Math.Max(width, height)));
    }

    /// <summary>The same picture, shrunk so that its larger side is at most <paramref name="side"/>; a smaller one stays as it is.</summary>
    public static GreyPlane Shrink(GreyPlane source, int side)
    {
        (int width, int height) = FitInside(source.Width, source.Height, side);
        return width < source.Width || height < source.Height ? Resize(source, width, height) : source;
    }

    private static GreyPlane Horizontally(GreyPlane source, int width)
    {
        if (width == source.Width)
        {
            return source;
        }

        Taps taps = Taps.Between(source.Width, width);
        float[] result = new float[width * source.Height];
        for (int y = 0; y < source.Height; y++)
        {
            ReadOnlySpan<float> row = source.Values.AsSpan(y * source.Width, source.Width);
            for (int x = 0; x < width; x++)
            {
                float sum = 0;
                for (int k = taps.Start[x], i = taps.First[x]; k < taps.Start[x + 1]; k++, i++)
                {
                    sum += taps.Weights[k] * row[i];
                }

                result[(y * width) + x] = sum;
            }
        }

        return new GreyPlane(width, source.Height, result);
    }

    private static GreyPlane Vertically(GreyPlane source, int height)
    {
        if (height == source.Height)
        {
            return source;
        }

        Taps taps = Taps.Between(source.Height, height);
        float[] result = new float[source.Width * height];
        for (int y = 0; y < height; y++)
        {
            Span<float> row = result.AsSpan(y * source.Width, source.Width);
            for (int k = taps.Start[y], i = taps.First[y]; k < taps.Start[y + 1]; k++, i++)
            {
                ReadOnlySpan<float> from = source.Values.AsSpan(i * source.Width, source.Width);
                for (int x = 0; x < row.Length; x++)
                {
                    row[x] += taps.Weights[k] * from[x];
                }
            }
        }

        return new GreyPlane(source.Width, height, result);
    }

    /// <summary>For each new pixel: its first source pixel and the weights from there on.</summary>
    private sealed record Taps(int[] First, int[] Start, float[] Weights)
    {
        public static Taps Between(int from, int to)
        {
            int[] first = new int[to];
            int[] start = new int[to + 1];
            var weights = new List<float>();
            double scale = (double)from / to;
            for (int i = 0; i < to; i++)
            {
                start[i] = weights.Count;
                first[i] = from > to ? AddArea(weights, i * scale, (i + 1) * scale, from) : AddBlend(weights, ((i + 0.5) * scale) - 0.5, from);
            }

            start[to] = weights.Count;
            return new Taps(first, start, [.. weights]);
        }

        private static int AddArea(List<float> weights, double low, double high, int length)
        {
            int begin = (int)low;
            int end = Math.Min(length, (int)Math.Ceiling(high - 1e-9));
            for (int k = begin; k < end; k++)
            {
                weights.Add((float)((Math.Min(k + 1, high) - Math.Max(k, low)) / (high - low)));
            }

            return begin;
        }

        private static int AddBlend(List<float> weights, double at, int length)
        {
            double clamped = Math.Clamp(at, 0, length - 1);
            int left = Math.Min((int)clamped, Math.Max(0, length - 2));
            float share = (float)(clamped - left);
            weights.Add(1 - share);
            if (length > 1)
            {
                weights.Add(share);
            }

            return left;
        }
    }
}
