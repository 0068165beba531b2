using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;

namespace FedPortal.Tests.Training.Explanation;

/// <summary>Phantoms, and pictures that are none.</summary>
internal static class OtherPictures
{
    public const int Side = 128;

    public static XrayImage Phantom(int number) => PhantomGenerator.Generate(
        (PhantomFinding)(number % 3), PhantomStyle.All[number / 3 % PhantomStyle.All.Count], Side, (ulong)(7_000_000 + number));

    public static XrayImage Noise(int number)
    {
        var random = new Random(number);
        return Drawn((_, _) => random.NextDouble());
    }

    public static XrayImage Inverted(int number)
    {
        XrayImage phantom = Phantom(number);
        return Drawn((x, y) => 1 - At(phantom, x, y));
    }

    public static XrayImage UpsideDown(int number)
    {
        XrayImage phantom = Phantom(number);
        return Drawn((x, y) => At(phantom, x, Side - 1 - y));
    }

    public static XrayImage OnItsSide(int number)
    {
        XrayImage phantom = Phantom(number);
        return Drawn((x, y) => At(phantom, y, x));
    }

    /// <summary>A round slice on black, as from another modality.</summary>
    public static XrayImage Slice(int number)
    {
        var random = new Random(number);
        double radius = 35 + (random.NextDouble() * 20);
        (double X, double Y, double R)[] holes = [.. Enumerable.Range(0, 6).Select(_ => (40 + (random.NextDouble() * 48), 40 + (random.NextDouble() * 48), 4 + (random.NextDouble() * 12)))];
        return Drawn((x, y) =>
        {
            double fromCentre = Math.Sqrt(((x - 64) * (x - 64)) + ((y - 64) * (y - 64)));
            double inside = fromCentre > radius ? 0 : fromCentre > radius - 4 ? 1 : 0.5;
            return holes.Any(hole => ((x - hole.X) * (x - hole.X)) + ((y - hole.Y) * (y - hole.Y)) < hole.R * hole.R) ? inside * 0.3 : inside;
        });
    }

    /// <summary>Dark lines on white, as a scanned letter.</summary>
    public static XrayImage Letter(int number)
    {
        var random = new Random(number);
        bool[] ink = [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextDouble() < 0.6)];
        return Drawn((x, y) => y is > 10 and < 118 && x is > 10 and < 115 && y % 8 is 3 or 4 or 5 && ink[(y * Side) + (x / 2)] ? 0.1 : 0.95);
    }

    private static double At(XrayImage image, int x, int y) => image.Pixels.Span[(y * Side) + x] / 65535.0;

    private static XrayImage Drawn(Func<int, int, double> value) => new(
        Side, Side, [.. Enumerable.Range(0, Side * Side).Select(i => (ushort)Math.Clamp(value(i % Side, i / Side) * 65535, 0, 65535))]);
}
