using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FedPortal.Training.Imaging;

/// <summary>How a picture that is not square becomes square.</summary>
public enum AspectFit
{
    /// <summary>The whole picture, centred, with black beside it: nothing of the lungs is lost.</summary>
    Pad,

    /// <summary>The centre square: what lies outside is lost.</summary>
    Crop,
}

/// <summary>
/// From a decoded radiograph to what the network sees, the same in training and inference. In this order: shrink to twice the final size (never
/// enlarge), median filter, stretch between two percentiles to 0…1, contrast-limited equalisation, fit into the final square, stretch again,
/// centre. Only additions, multiplications and divisions of IEEE numbers in a fixed order: the same bits on every machine.
/// </summary>
/// <param name="Size">Width and height of the result, 8…1024.</param>
public sealed record PreprocessingPipeline(int Size)
{
    /// <summary>Changes whenever the same parameters would give other values.</summary>
    public const int Version = 1;

    private const float BlackLevel = -2;

    // Less than one step of 16 bits is rounding, not a picture.
    private const float LeastRange = 1e-5f;

    /// <summary>Radius of the median filter in pixels of the working picture; 0 is off, at most 3.</summary>
    public int MedianRadius { get; init; } = 1;

    /// <summary>Tiles of the equalisation along each side, 1…32.</summary>
    public int EqualizationTiles { get; init; } = 4;

    /// <summary>Slope limit of the equalisation, 0 (off) or 1…40.</summary>
    public double EqualizationClipLimit { get; init; } = 2;

    /// <summary>This share of the pixels becomes black, in percent.</summary>
    public double LowPercentile { get; init; } = 1;

    /// <summary>Everything above this percentile becomes white.</summary>
    public double HighPercentile { get; init; } = 99;

    public AspectFit Fit { get; init; } = AspectFit.Pad;

    /// <summary>SHA-256, lower-case hex, of all parameters and the version. Equal hashes mean equal results.</summary>
    public string Hash
    {
        get
        {
            string text = string.Create(
                CultureInfo.InvariantCulture,
                $"fedportal-pipeline-{Version}\nsize={Size}\nmedian={MedianRadius}\ntiles={EqualizationTiles}\nclip={EqualizationClipLimit:R}\nlow={LowPercentile:R}\nhigh={HighPercentile:R}\nfit={Fit}\n");
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <summary>The pipeline that studies start with.</summary>
    public static PreprocessingPipeline Default(int size) => new(size);

    /// <summary>Resizing and normalisation only.</summary>
    public static PreprocessingPipeline Plain(int size) => new(size) { MedianRadius = 0, EqualizationClipLimit = 0 };

    /// <returns>Size × Size values, row-major, in −2…2: −2 is black and what lies beside the picture. A constant picture is −2 everywhere.</returns>
    public float[] Prepare(XrayImage image)
    {
        Check();
        GreyPlane plane = Shrink(GreyPlane.From(image), 2 * Size);
        plane = MedianFilter.Apply(plane, MedianRadius);
        plane = Stretch(plane);
        plane = ContrastEqualization.Apply(plane, EqualizationTiles, EqualizationClipLimit);
        plane = Stretch(Fit == AspectFit.Crop ? Cropped(plane) : Fitted(plane));
        return Framed(plane);
    }

    /// <exception cref="ArgumentException">A parameter is out of its range.</exception>
    public void Check()
    {
        static void Require(bool right, string message)
        {
            if (!right)
            {
                throw new ArgumentException(message);
            }
        }

        Require(Size is >= 8 and <= 1024, $"Expected an image size of 8 to 1024 but got {Size}.");
        Require(MedianRadius is >= 0 and <= 3, $"Expected a median radius of 0 to 3 but got {MedianRadius}.");
        Require(EqualizationTiles is >= 1 and <= 32, $"Expected 1 to 32 tiles but got {EqualizationTiles}.");
        Require(EqualizationClipLimit is 0 or (>= 1 and <= 40), $"Expected a clip limit of 0 or 1 to 40 but got {EqualizationClipLimit}.");
        Require(LowPercentile >= 0 && LowPercentile < HighPercentile && HighPercentile <= 100, $"Expected 0 ≤ low < high ≤ 100 percent but got {LowPercentile} and {HighPercentile}.");
    }

    // The longest side counts for padding, the shortest for cropping: that one becomes the square.
    private GreyPlane Shrink(GreyPlane plane, int side)
    {
        int reference = Fit == AspectFit.Pad ? Math.Max(plane.Width, plane.Height) : Math.Min(plane.Width, plane.Height);
        if (reference <= side)
        {
            return plane;
        }

        int Scaled(int length) => Math.Max(1, (int)((((long)length * side * 2) + reference) / (2L * reference)));
        return Resampling.Resize(plane, Scaled(plane.Width), Scaled(plane.Height));
    }

    private GreyPlane Fitted(GreyPlane plane)
    {
        (int width, int height) = Resampling.FitInside(plane.Width, plane.Height, Size);
        return Resampling.Resize(plane, width, height);
    }

    private GreyPlane Cropped(GreyPlane plane)
    {
        int side = Math.Min(plane.Width, plane.Height);
        int left = (plane.Width - side) / 2;
        int top = (plane.Height - side) / 2;
        float[] square = new float[side * side];
        for (int y = 0; y < side; y++)
        {
            plane.Values.AsSpan(((top + y) * plane.Width) + left, side).CopyTo(square.AsSpan(y * side));
        }

        return Resampling.Resize(new GreyPlane(side, side, square), Size, Size);
    }

    private GreyPlane Stretch(GreyPlane plane)
    {
        float[] sorted = [.. plane.Values];
        Array.Sort(sorted);
        float low = Percentile(sorted, LowPercentile);
        float high = Percentile(sorted, HighPercentile);
        float[] result = new float[plane.Values.Length];
        for (int i = 0; high - low > LeastRange && i < result.Length; i++)
        {
            result[i] = Math.Clamp((plane.Values[i] - low) / (high - low), 0f, 1f);
        }

        return plane with { Values = result };
    }

    private static float Percentile(float[] sorted, double percent)
    {
        double at = percent / 100 * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (float)(at - below));
    }

    private float[] Framed(GreyPlane plane)
    {
        float[] result = new float[Size * Size];
        Array.Fill(result, BlackLevel);
        int left = (Size - plane.Width) / 2;
        int top = (Size - plane.Height) / 2;
        for (int y = 0; y < plane.Height; y++)
        {
            for (int x = 0; x < plane.Width; x++)
            {
                result[((top + y) * Size) + left + x] = (plane.Values[(y * plane.Width) + x] - 0.5f) * 4;
            }
        }

        return result;
    }
}
