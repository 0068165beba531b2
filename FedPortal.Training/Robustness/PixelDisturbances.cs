using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;

namespace FedPortal.Training.Robustness;

/// <summary>What happens to pictures without anybody's bad will. All keep pixels between black and white.</summary>
public static class PixelDisturbances
{
    /// <summary>Adds seeded noise.</summary>
    /// <param name="levels">Standard deviation in grey levels.</param>
    public static float[] Gaussian(ReadOnlySpan<float> pixels, double levels, ulong seed)
    {
        var random = new SeededRandom(seed);
        double deviation = GreyLevels.ToPrepared(levels);
        float[] noisy = new float[pixels.Length];
        for (int i = 0; i < noisy.Length; i++)
        {
            noisy[i] = Cut(pixels[i] + random.Normal(0, deviation));
        }

        return noisy;
    }

    /// <summary>Quantum noise of a stated dose; see <see cref="Perturbation.PhotonNoise"/>.</summary>
    /// <param name="photons">Mean count of a white pixel.</param>
    public static float[] Photons(ReadOnlySpan<float> pixels, double photons, int seed)
    {
        float[] noisy = new PhotonAugmentation(photons, seed).Apply(pixels).ToArray();
        for (int i = 0; i < noisy.Length; i++)
        {
            noisy[i] = Cut(noisy[i]);
        }

        return noisy;
    }

    /// <summary>Moves every pixel towards middle grey.</summary>
    /// <param name="percent">0 leaves the picture, 100 leaves grey.</param>
    public static float[] LoseContrast(ReadOnlySpan<float> pixels, double percent)
    {
        float kept = (float)(1 - (percent / 100));
        float[] result = new float[pixels.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = pixels[i] * kept;
        }

        return result;
    }

    /// <summary>Gaussian blur, cut at three deviations; beyond the edge the picture is mirrored.</summary>
    /// <param name="size">Width and height.</param>
    /// <param name="deviation">In pixels, above 0.</param>
    public static float[] Blur(ReadOnlySpan<float> pixels, int size, double deviation)
    {
        int radius = Math.Max(1, (int)Math.Ceiling(3 * deviation));
        double[] kernel = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(x => Math.Exp(-x * x / (2 * deviation * deviation)))];
        double sum = kernel.Sum();
        float[] rows = new float[pixels.Length];
        float[] result = new float[pixels.Length];
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                double value = 0;
                for (int k = -radius; k <= radius; k++)
                {
                    value += kernel[k + radius] * pixels[(y * size) + Mirrored(x + k, size)];
                }

                rows[(y * size) + x] = (float)(value / sum);
            }
        }

        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                double value = 0;
                for (int k = -radius; k <= radius; k++)
                {
                    value += kernel[k + radius] * rows[(Mirrored(y + k, size) * size) + x];
                }

                result[(y * size) + x] = Cut((float)(value / sum));
            }
        }

        return result;
    }

    private static int Mirrored(int at, int size)
    {
        int period = 2 * size;
        int inside = ((at % period) + period) % period;
        return inside < size ? inside : period - 1 - inside;
    }

    private static float Cut(float value) => Math.Clamp(value, GreyLevels.Least, GreyLevels.Most);
}
