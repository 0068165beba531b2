namespace FedPortal.Training.Imaging;

/// <summary>Draws an image for a person's eyes.</summary>
public static class ImageRendering
{
    /// <summary>An 8-bit PNG, shrunk so that its longer side is at most <paramref name="maxSide"/>.</summary>
    /// <param name="low">What becomes black, 0…1 of the full range.</param>
    /// <param name="high">What becomes white; above <paramref name="low"/>.</param>
    public static byte[] ToPng(XrayImage image, double low, double high, int maxSide)
    {
        if (!(low >= 0 && high <= 1 && low < high))
        {
            throw new ArgumentException($"Expected a window with 0 ≤ low < high ≤ 1 but got {low} to {high}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);
        GreyPlane plane = Resampling.Shrink(GreyPlane.From(image), maxSide);
        byte[] pixels = new byte[plane.Values.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp((int)(((plane.Values[i] - low) / (high - low) * 255) + 0.5), 0, 255);
        }

        return GreyPng.Encode8(plane.Width, plane.Height, pixels);
    }
}
