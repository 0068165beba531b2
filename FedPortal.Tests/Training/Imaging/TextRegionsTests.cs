using FedPortal.Tests.Support;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

public sealed class TextRegionsTests
{
    // Five columns, seven rows: H, E, L, O, 4, 7.
    private static readonly Dictionary<char, string[]> Font = new()
    {
        ['H'] = ["#...#", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"],
        ['E'] = ["#####", "#....", "#....", "####.", "#....", "#....", "#####"],
        ['L'] = ["#....", "#....", "#....", "#....", "#....", "#....", "#####"],
        ['O'] = [".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."],
        ['4'] = ["#...#", "#...#", "#...#", "#####", "....#", "....#", "....#"],
        ['7'] = ["#####", "....#", "...#.", "..#..", "..#..", "..#..", "..#.."],
    };

    [Theory]
    [InlineData(512, 2, 62000, 9000)] // light letters on dark
    [InlineData(512, 3, 2000, 45000)] // dark letters on light
    [InlineData(2600, 8, 62000, 9000)] // a large picture is searched at a smaller size
    public void ALineOfLetters_IsFoundWhereItIs(int side, int dot, int ink, int paper)
    {
        ushort[] pixels = Background(side, paper);
        int left = side / 10;
        int top = side / 8;
        Write("HELLO47", pixels, side, left, top, dot, (ushort)ink);

        IReadOnlyList<ImageRegion> found = TextRegions.Find(new XrayImage(side, side, pixels));

        ImageRegion line = Assert.Single(found);
        Assert.InRange(line.X, left - (4 * dot), left);
        Assert.InRange(line.Y, top - (4 * dot), top);
        Assert.InRange(line.X + line.Width, left + (40 * dot), left + (46 * dot));
        Assert.InRange(line.Y + line.Height, top + (7 * dot), top + (11 * dot));
    }

    [Fact]
    public void ASideMarkerAlone_IsNoWriting()
    {
        ushort[] pixels = Background(512, 9000);
        Write("L", pixels, 512, 40, 40, 5, 62000);

        Assert.Empty(TextRegions.Find(new XrayImage(512, 512, pixels)));
    }

    [Fact]
    public void Phantoms_CarryNone()
    {
        IEnumerable<XrayImage> phantoms = Enumerable.Range(0, 15).Select(i => PhantomGenerator.Generate((PhantomFinding)(i % 3), PhantomStyle.All[i % 5], 256, (ulong)i));

        Assert.All(phantoms, phantom => Assert.Empty(TextRegions.Find(phantom)));
    }

    [Fact]
    public async Task TheNameBurnedIntoADicomFile_IsFound()
    {
        string folder = SharedData.Require("data/dicom");
        await using var decoder = new XrayDecoder();
        DecodeOutcome outcome = await decoder.DecodeAsync(Path.Combine(folder, "14_rgb_burned_in_text.dcm"), TestContext.Current.CancellationToken);

        Assert.NotEmpty(TextRegions.Find(outcome.Image!));
    }

    private static ushort[] Background(int side, int paper)
    {
        var random = new Random(5);
        ushort[] pixels = new ushort[side * side];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (ushort)(paper + (4000.0 * (i / side) / side) + random.Next(600));
        }

        return pixels;
    }

    private static void Write(string text, ushort[] pixels, int side, int left, int top, int dot, ushort ink)
    {
        foreach ((int place, char letter) in text.Index())
        {
            for (int y = 0; y < 7 * dot; y++)
            {
                for (int x = 0; x < 5 * dot; x++)
                {
                    if (Font[letter][y / dot][x / dot] == '#')
                    {
                        pixels[((top + y) * side) + left + (place * 6 * dot) + x] = ink;
                    }
                }
            }
        }
    }
}
