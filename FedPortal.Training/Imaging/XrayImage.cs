namespace FedPortal.Training.Imaging;

/// <summary>A decoded, de-identified radiograph: grey values and nothing else. 0 is black, as a radiologist sees it (MONOCHROME1 is already inverted).</summary>
public sealed class XrayImage
{
    public XrayImage(int width, int height, ushort[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != (long)width * height)
        {
            throw new ArgumentException($"Expected {(long)width * height} pixels for {width}×{height} but got {pixels.Length}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Row-major grey values, scaled so that the source's full range is 0…65535.</summary>
    public ReadOnlyMemory<ushort> Pixels { get; }
}
