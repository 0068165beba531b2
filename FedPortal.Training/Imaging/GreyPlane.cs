namespace FedPortal.Training.Imaging;

/// <summary>A grey picture on its way through the pipeline.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Values">Row-major, Width × Height.</param>
internal readonly record struct GreyPlane(int Width, int Height, float[] Values)
{
    public static GreyPlane From(XrayImage image)
    {
        ReadOnlySpan<ushort> pixels = image.Pixels.Span;
        float[] values = new float[pixels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = pixels[i] / 65535f;
        }

        return new GreyPlane(image.Width, image.Height, values);
    }
}
