namespace FedPortal.Training.Imaging;

/// <summary>
/// Contrast-limited adaptive histogram equalisation (Zuiderveld 1994): each tile gets its own equalising curve, whose slope is limited by
/// clipping the histogram; a pixel blends the curves of its four nearest tiles.
/// </summary>
internal static class ContrastEqualization
{
    private const int Bins = 256;

    /// <param name="source">Values in 0…1.</param>
    /// <param name="tiles">Tiles along each side.</param>
    /// <param name="clipLimit">Largest histogram count as a multiple of the mean count; 0 leaves the picture as it is.</param>
    public static GreyPlane Apply(GreyPlane source, int tiles, double clipLimit)
    {
        if (clipLimit == 0)
        {
            return source;
        }

        int columns = Math.Min(tiles, source.Width);
        int rows = Math.Min(tiles, source.Height);
        float[][] curves = new float[columns * rows][];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                curves[(row * columns) + column] = Curve(source, Part(source.Width, columns, column), Part(source.Height, rows, row), clipLimit);
            }
        }

        float[] result = new float[source.Values.Length];
        for (int y = 0; y < source.Height; y++)
        {
            (int above, int below, float down) = Neighbours(y, source.Height, rows);
            for (int x = 0; x < source.Width; x++)
            {
                (int left, int right, float across) = Neighbours(x, source.Width, columns);
                int at = (y * source.Width) + x;
                int bin = BinOf(source.Values[at]);
                float top = Blend(curves[(above * columns) + left][bin], curves[(above * columns) + right][bin], across);
                float bottom = Blend(curves[(below * columns) + left][bin], curves[(below * columns) + right][bin], across);
                result[at] = Blend(top, bottom, down);
            }
        }

        return source with { Values = result };
    }

    private static (int Begin, int End) Part(int length, int parts, int index) => (length * index / parts, length * (index + 1) / parts);

    private static int BinOf(float value) => Math.Clamp((int)(value * Bins), 0, Bins - 1);

    private static float Blend(float a, float b, float share) => a + ((b - a) * share);

    private static (int Low, int High, float Share) Neighbours(int at, int length, int tiles)
    {
        float place = ((at + 0.5f) * tiles / length) - 0.5f;
        int low = Math.Clamp((int)MathF.Floor(place), 0, tiles - 1);
        int high = Math.Min(low + 1, tiles - 1);
        return (low, high, Math.Clamp(place - low, 0, 1));
    }

    private static float[] Curve(GreyPlane source, (int Begin, int End) across, (int Begin, int End) down, double clipLimit)
    {
        int[] counts = new int[Bins];
        for (int y = down.Begin; y < down.End; y++)
        {
            for (int x = across.Begin; x < across.End; x++)
            {
                counts[BinOf(source.Values[(y * source.Width) + x])]++;
            }
        }

        int area = (across.End - across.Begin) * (down.End - down.Begin);
        double limit = Math.Max(1, clipLimit * area / Bins);
        double excess = counts.Sum(count => Math.Max(0, count - limit));
        float[] curve = new float[Bins];
        double sum = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            sum += Math.Min(counts[bin], limit) + (excess / Bins);
            curve[bin] = (float)(sum / area);
        }

        return curve;
    }
}
