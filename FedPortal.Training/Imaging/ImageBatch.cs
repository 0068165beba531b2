namespace FedPortal.Training.Imaging;

/// <summary>Preprocessed grey images of one size with their class numbers, ready for the network.</summary>
public sealed class ImageBatch
{
    public ImageBatch(int size, float[] pixels, int[] labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (pixels.Length != (long)labels.Length * size * size)
        {
            throw new ArgumentException($"Expected {(long)labels.Length * size * size} pixels for {labels.Length} images of {size}×{size} but got {pixels.Length}.", nameof(pixels));
        }

        Size = size;
        Pixels = pixels;
        Labels = labels;
    }

    /// <summary>Width and height in pixels.</summary>
    public int Size { get; }

    public int Count => Labels.Length;

    /// <summary>Image, row, column; one grey channel, normalised by the preprocessing pipeline.</summary>
    public float[] Pixels { get; }

    /// <summary>Class number of each image, from 0.</summary>
    public int[] Labels { get; }
}
