namespace FedPortal.Training.Imaging;

/// <summary>
/// Grey levels of a prepared picture, for the eye and for stating disturbances: 0 is black and 255 is white. The pipeline's values run from −2 to 2,
/// so one grey level is 4/255 of them.
/// </summary>
public static class GreyLevels
{
    public const double White = 255;

    /// <summary>Smallest value of a prepared picture.</summary>
    internal const float Least = -2;

    /// <summary>Greatest value of a prepared picture.</summary>
    internal const float Most = 2;

    /// <summary>A difference of grey levels as a difference of prepared values.</summary>
    public static float ToPrepared(double levels) => (float)(levels * (Most - Least) / White);

    /// <summary>A difference of prepared values in grey levels.</summary>
    public static double FromPrepared(double difference) => difference * White / (Most - Least);

    /// <summary>A prepared picture with 8 bits a pixel.</summary>
    public static byte[] ToBytes(ReadOnlySpan<float> prepared)
    {
        byte[] bytes = new byte[prepared.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Math.Round(FromPrepared(Math.Clamp(prepared[i], Least, Most) - Least));
        }

        return bytes;
    }

    /// <summary>The same as a grey PNG.</summary>
    /// <param name="prepared">Size × size values, row-major.</param>
    /// <param name="size">Width and height.</param>
    public static byte[] ToPng(ReadOnlySpan<float> prepared, int size) => GreyPng.Encode8(size, size, ToBytes(prepared));
}
