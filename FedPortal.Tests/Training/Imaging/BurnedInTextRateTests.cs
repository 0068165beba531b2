using System.Globalization;
using FedPortal.Tests.Support;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

/// <summary>
/// How often the search for writing misses a name: known names of known sizes burned into public radiographs. docs/datasets.md states the rates; with
/// FEDPORTAL_ALL_IMAGES=1 they are taken over all 180 pictures instead of every twelfth.
/// </summary>
public sealed class BurnedInTextRateTests
{
    private const double White = 1;
    private const double Grey = 0.75;

    private static readonly int Step = Environment.GetEnvironmentVariable("FEDPORTAL_ALL_IMAGES") is { Length: > 0 } ? 1 : 12;

    [Fact]
    public async Task NamesOfUsualSizes_AreRarelyMissed_AndWhatIsMissedIsKnown()
    {
        string folder = SharedData.Require("data/public");
        List<XrayImage> images = await ReadAsync(folder, Step);
        int[] dots = [1, 2, 3, 4, 6, 8, 10, 12];
        Dictionary<(int Dot, double Ink), double> missed = [];
        Parallel.ForEach(dots.SelectMany(_ => new[] { White, Grey }, (int dot, double ink) => (dot, ink)), new ParallelOptions { MaxDegreeOfParallelism = 2 }, row =>
        {
            double rate = MissRate(images, row.dot, row.ink);
            lock (missed)
            {
                missed[row] = rate;
            }
        });

        foreach (int dot in dots)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{BurnedInNames.Rows * dot} px high: white missed {missed[(dot, White)]:P1}, light grey {missed[(dot, Grey)]:P1} of {images.Count} pictures"));
        }

        // Up to 28 pixels of a picture of 1024, and above; one picture more than was measured.
        Assert.All(dots, dot => Assert.InRange(missed[(dot, White)], 0, dot <= 4 ? 0.21 : 0.47));
    }

    private static double MissRate(IReadOnlyList<XrayImage> images, int dot, double ink)
    {
        (int tried, int missed) = (0, 0);
        foreach ((int i, XrayImage image) in images.Index())
        {
            string name = BurnedInNames.Names[i % BurnedInNames.Names.Count];
            if (BurnedInNames.Burn(image, name, dot, i % 4, ink) is not { } burned)
            {
                continue;
            }

            tried++;
            missed += TextRegions.Find(burned.Image).Any(found => Overlap(found, burned.Box)) ? 0 : 1;
        }

        return (double)missed / Math.Max(1, tried);
    }

    private static bool Overlap(ImageRegion found, ImageRegion box) =>
        found.X < box.X + box.Width && box.X < found.X + found.Width && found.Y < box.Y + box.Height && box.Y < found.Y + found.Height;

    private static async Task<List<XrayImage>> ReadAsync(string folder, int step)
    {
        await using var decoder = new XrayDecoder();
        List<XrayImage> images = [];
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => file.Contains("hospital-", StringComparison.Ordinal) && (Path.GetExtension(file) is ".png" or ".jpg" or ".jpeg")).Order(StringComparer.Ordinal)];
        for (int i = 0; i < files.Length; i += step)
        {
            DecodeOutcome outcome = await decoder.DecodeAsync(files[i], TestContext.Current.CancellationToken);
            images.Add(BurnedInNames.Enlarged(outcome.Image ?? throw new InvalidDataException($"{files[i]} could not be read.")));
        }

        return images;
    }
}
