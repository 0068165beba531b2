using System.Numerics;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>
/// What two copies of one picture share after resizing, re-encoding or a change of brightness: 256 bits that say where the picture gets brighter to the right
/// on a 17 × 16 reduction, and a 24 × 24 reduction with mean 0 and length 1 to compare candidates by correlation.
/// </summary>
internal sealed class ImageFingerprint
{
    private const int HashSide = 16;
    private const int ReducedSide = 24;
    private readonly ulong[] _bits = new ulong[HashSide * HashSide / 64];
    private readonly float[] _reduced;

    public ImageFingerprint(XrayImage image)
    {
        // Everything below needs little detail; one pass over a large picture is enough.
        GreyPlane plane = GreyPlane.From(image);
        (int width, int height) = Resampling.FitInside(image.Width, image.Height, 256);
        plane = image.Width > width ? Resampling.Resize(plane, width, height) : plane;
        float[] steps = Resampling.Resize(plane, HashSide + 1, HashSide).Values;
        for (int bit = 0; bit < HashSide * HashSide; bit++)
        {
            int at = (bit / HashSide * (HashSide + 1)) + (bit % HashSide);
            _bits[bit / 64] |= steps[at + 1] > steps[at] ? 1UL << (bit % 64) : 0;
        }

        _reduced = Resampling.Resize(plane, ReducedSide, ReducedSide).Values;
        float mean = _reduced.Sum() / _reduced.Length;
        float length = MathF.Sqrt(_reduced.Sum(value => (value - mean) * (value - mean)));
        _reduced = [.. _reduced.Select(value => length > 1e-6f ? (value - mean) / length : 0)];

        float[] sorted = [.. plane.Values];
        Array.Sort(sorted);
        Contrast = sorted[(sorted.Length - 1) * 99 / 100] - sorted[(sorted.Length - 1) / 100];
        GreyLevels = CountLevels(image);
    }

    /// <summary>Distance of the 1st and 99th percentile, 0…1.</summary>
    public float Contrast { get; }

    /// <summary>Different grey values, counted up to 256.</summary>
    public int GreyLevels { get; }

    /// <summary>Bits that differ, 0…256.</summary>
    public int DistanceTo(ImageFingerprint other)
    {
        int distance = 0;
        for (int i = 0; i < _bits.Length; i++)
        {
            distance += BitOperations.PopCount(_bits[i] ^ other._bits[i]);
        }

        return distance;
    }

    /// <summary>Correlation of the reductions, −1…1.</summary>
    public float CorrelationWith(ImageFingerprint other)
    {
        float sum = 0;
        for (int i = 0; i < _reduced.Length; i++)
        {
            sum += _reduced[i] * other._reduced[i];
        }

        return sum;
    }

    private static int CountLevels(XrayImage image)
    {
        var levels = new HashSet<ushort>();
        foreach (ushort value in image.Pixels.Span)
        {
            if (levels.Add(value) && levels.Count == 256)
            {
                break;
            }
        }

        return levels.Count;
    }
}
