namespace FedPortal.Training.Learning;

/// <summary>
/// Random changes of a training image that keep its diagnosis: a small affine move (±10°, ±10 % scale, ±6 % shift), mirror, contrast
/// (±15 %) and brightness (±10 % of the image's spread), and a grey square of a quarter of the side over part of it (cut-out, DeVries and
/// Taylor 2017).
/// </summary>
internal sealed class ImageAugmentation(int size, int seed)
{
    private const double LargestAngle = 10 * Math.PI / 180;
    private const double LargestScaling = 0.10;
    private const double LargestShift = 0.06;
    private const double LargestGain = 0.15;
    private const double LargestOffset = 0.10;

    private readonly Random _random = new(seed);

    /// <summary>Writes a changed copy.</summary>
    /// <param name="source">size × size values, row by row.</param>
    /// <param name="destination">The same number of values; must not overlap <paramref name="source"/>.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> destination)
    {
        if (source.Length != size * size || destination.Length != source.Length)
        {
            throw new ArgumentException($"Expected {size * size} values but got {source.Length} in and {destination.Length} out.", nameof(source));
        }

        Warp(source, destination, NextAffine());
        Spread(destination, out double mean, out double deviation);
        Rescale(destination, mean, deviation);
        if (_random.Next(2) == 0)
        {
            CutOut(destination, (float)mean);
        }
    }

    /// <summary>The map from a destination pixel, relative to the centre, to the source.</summary>
    private (double XX, double XY, double YX, double YY, double ShiftX, double ShiftY) NextAffine()
    {
        double angle = Within(LargestAngle);
        double scale = 1 + Within(LargestScaling);
        double mirror = _random.Next(2) == 0 ? 1 : -1;
        double shiftX = Within(LargestShift) * size;
        double shiftY = Within(LargestShift) * size;
        (double sin, double cos) = Math.SinCos(angle);
        return (mirror * cos / scale, -sin / scale, mirror * sin / scale, cos / scale, shiftX, shiftY);
    }

    private void Warp(ReadOnlySpan<float> source, Span<float> destination, (double XX, double XY, double YX, double YY, double ShiftX, double ShiftY) map)
    {
        double centre = (size - 1) / 2.0;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                double dx = x - centre;
                double dy = y - centre;
                double sx = (map.XX * dx) + (map.XY * dy) + centre + map.ShiftX;
                double sy = (map.YX * dx) + (map.YY * dy) + centre + map.ShiftY;
                destination[(y * size) + x] = Sample(source, sx, sy);
            }
        }
    }

    /// <summary>Bilinear; outside the image the nearest edge pixel counts.</summary>
    private float Sample(ReadOnlySpan<float> source, double x, double y)
    {
        x = Math.Clamp(x, 0, size - 1);
        y = Math.Clamp(y, 0, size - 1);
        int x0 = (int)x;
        int y0 = (int)y;
        int x1 = Math.Min(x0 + 1, size - 1);
        int y1 = Math.Min(y0 + 1, size - 1);
        float fx = (float)(x - x0);
        float fy = (float)(y - y0);
        float top = source[(y0 * size) + x0] + (fx * (source[(y0 * size) + x1] - source[(y0 * size) + x0]));
        float bottom = source[(y1 * size) + x0] + (fx * (source[(y1 * size) + x1] - source[(y1 * size) + x0]));
        return top + (fy * (bottom - top));
    }

    private void Rescale(Span<float> pixels, double mean, double deviation)
    {
        float gain = (float)(1 + Within(LargestGain));
        float offset = (float)(mean + (Within(LargestOffset) * deviation));
        foreach (ref float pixel in pixels)
        {
            pixel = (gain * (pixel - (float)mean)) + offset;
        }
    }

    private void CutOut(Span<float> pixels, float grey)
    {
        int side = Math.Max(1, size / 4);
        int left = _random.Next(size - side + 1);
        int top = _random.Next(size - side + 1);
        for (int y = top; y < top + side; y++)
        {
            pixels.Slice((y * size) + left, side).Fill(grey);
        }
    }

    private static void Spread(ReadOnlySpan<float> pixels, out double mean, out double deviation)
    {
        double sum = 0;
        double squares = 0;
        foreach (float pixel in pixels)
        {
            sum += pixel;
            squares += (double)pixel * pixel;
        }

        mean = sum / pixels.Length;
        deviation = Math.Sqrt(Math.Max(0, (squares / pixels.Length) - (mean * mean)));
    }

    private double Within(double limit) => ((2 * _random.NextDouble()) - 1) * limit;
}
