namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>Shapes that phantoms are drawn with.</summary>
internal static class PhantomMath
{
    /// <summary>Soft step from 0 to 1 at 0.</summary>
    public static float Step(float z) => 1 / (1 + MathF.Exp(-Math.Clamp(z, -30f, 30f)));

    /// <summary>Bell of height 1 and deviation 1.</summary>
    public static float Bell(float z) => MathF.Exp(-0.5f * z * z);

    public static float Square(float z) => z * z;

    public static float Fourth(float z) => z * z * z * z;

    /// <summary>Thickness of an ellipsoid: √(1 − (x/a)² − (y/b)²), 0 outside.</summary>
    public static float Ellipsoid(float x, float y, float a, float b) => MathF.Sqrt(MathF.Max(0, 1 - Square(x / a) - Square(y / b)));

    /// <summary>Gaussian blur with the edge repeated; deviation in pixels, 0 for none.</summary>
    public static float[] Blur(float[] source, int width, int height, float deviation)
    {
        if (deviation <= 0)
        {
            return source;
        }

        int radius = Math.Max(1, (int)((3 * deviation) + 0.5f));
        float[] kernel = new float[(2 * radius) + 1];
        for (int i = 0; i < kernel.Length; i++)
        {
            kernel[i] = Bell((i - radius) / deviation);
        }

        float sum = kernel.Sum();
        kernel = [.. kernel.Select(value => value / sum)];
        float[] middle = Convolve(source, width, height, kernel, isVertical: true);
        return Convolve(middle, width, height, kernel, isVertical: false);
    }

    private static float[] Convolve(float[] source, int width, int height, float[] kernel, bool isVertical)
    {
        int radius = kernel.Length / 2;
        float[] result = new float[source.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float sum = 0;
                for (int k = -radius; k <= radius; k++)
                {
                    int row = isVertical ? Math.Clamp(y + k, 0, height - 1) : y;
                    int column = isVertical ? x : Math.Clamp(x + k, 0, width - 1);
                    sum += kernel[k + radius] * source[(row * width) + column];
                }

                result[(y * width) + x] = sum;
            }
        }

        return result;
    }
}
