using FedPortal.Training.Imaging;

namespace FedPortal.Training.Explanation;

/// <summary>Draws where the network looked, for a person's eyes.</summary>
public static class AttentionPicture
{
    private const double StrongestAlpha = 0.75;

    /// <summary>Only the attention, to lay over the picture: colour PNG, transparent where there is none.</summary>
    /// <param name="attention">Size × size values, 0…1.</param>
    /// <param name="size">Width and height.</param>
    public static byte[] Layer(ReadOnlySpan<float> attention, int size)
    {
        byte[] pixels = new byte[4 * attention.Length];
        for (int i = 0; i < attention.Length; i++)
        {
            (byte red, byte green, byte blue) = ColourOf(attention[i]);
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = (red, green, blue);
            pixels[(4 * i) + 3] = (byte)Math.Round(255 * StrongestAlpha * Math.Clamp(attention[i], 0, 1));
        }

        return GreyPng.EncodeRgba8(size, size, pixels);
    }

    /// <summary>The attention over what the network saw, in one picture.</summary>
    public static byte[] Overlay(ReadOnlySpan<float> prepared, ReadOnlySpan<float> attention, int size)
    {
        if (prepared.Length != attention.Length)
        {
            throw new ArgumentException($"Expected {prepared.Length} values of attention but got {attention.Length}.", nameof(attention));
        }

        byte[] greys = GreyLevels.ToBytes(prepared);
        byte[] pixels = new byte[4 * prepared.Length];
        for (int i = 0; i < prepared.Length; i++)
        {
            double alpha = StrongestAlpha * Math.Clamp(attention[i], 0, 1);
            (byte red, byte green, byte blue) = ColourOf(attention[i]);
            byte Mixed(byte colour) => (byte)Math.Round((alpha * colour) + ((1 - alpha) * greys[i]));
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2], pixels[(4 * i) + 3]) = (Mixed(red), Mixed(green), Mixed(blue), 255);
        }

        return GreyPng.EncodeRgba8(size, size, pixels);
    }

    // From violet over red and orange to yellow: brightness rises with attention, so that it can be read without colour.
    private static (byte Red, byte Green, byte Blue) ColourOf(float attention)
    {
        ReadOnlySpan<(double R, double G, double B)> stops = [(60, 15, 110), (170, 40, 95), (240, 100, 40), (255, 225, 80)];
        double at = Math.Clamp(attention, 0, 1) * (stops.Length - 1);
        int below = Math.Min((int)at, stops.Length - 2);
        double part = at - below;
        (double R, double G, double B) from = stops[below];
        (double R, double G, double B) to = stops[below + 1];
        byte Between(double a, double b) => (byte)Math.Round(a + ((b - a) * part));
        return (Between(from.R, to.R), Between(from.G, to.G), Between(from.B, to.B));
    }
}
