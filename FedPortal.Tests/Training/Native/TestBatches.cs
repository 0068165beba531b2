using FedPortal.Training.Imaging;

namespace FedPortal.Tests.Training.Native;

/// <summary>Seeded batches: noise, and a pattern that a network can learn.</summary>
internal static class TestBatches
{
    /// <summary>Standard normal pixels, labels 0, 1, 2, … modulo the class count.</summary>
    public static ImageBatch Noise(int count, int size, int classCount, int seed = 1)
    {
        var random = new Random(seed);
        float[] pixels = new float[count * size * size];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return new ImageBatch(size, pixels, [.. Enumerable.Range(0, count).Select(i => i % classCount)]);
    }

    /// <summary>Noise plus stripes whose period tells the class.</summary>
    public static ImageBatch Stripes(int count, int size, int classCount, int seed = 1)
    {
        ImageBatch batch = Noise(count, size, classCount, seed);
        for (int i = 0; i < batch.Pixels.Length; i++)
        {
            int image = i / (size * size), row = i / size % size;
            batch.Pixels[i] = (0.3f * batch.Pixels[i]) + MathF.Sin(2 * MathF.PI * row / (4 << batch.Labels[image]));
        }

        return batch;
    }
}
