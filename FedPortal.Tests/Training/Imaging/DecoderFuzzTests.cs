using FedPortal.Tests.Support;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

/// <summary>Good files with random damage: whatever happens in the child process, every file gets an answer and the decoder goes on.</summary>
public sealed class DecoderFuzzTests
{
    [Fact]
    public async Task SixHundredDamagedFiles_EachGetAnAnswer_AndAGoodFileIsDecodedAfterwards()
    {
        string data = SharedData.Require("data");
        string[] seeds =
        [
            .. Directory.EnumerateFiles(Path.Combine(data, "dicom"), "*.dcm"),
            .. new[] { "png_16bit.png", "png_palette_trns.png", "progressive_rgb.jpg", "tiff_16.tif", "png_interlaced.png", "cmyk.jpg" }.Select(file => Path.Combine(data, "malformed", file)),
        ];
        byte[][] files = [.. seeds.Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        var random = new Random(20);
        await using var decoder = new XrayDecoder(new DecodeLimits { CpuSeconds = 5 }, processCount: 2);

        DecodeOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 600).Select(i => decoder.DecodeAsync(Damaged(files[i % files.Length], random), TestContext.Current.CancellationToken)));
        DecodeOutcome good = await decoder.DecodeAsync(files[0], TestContext.Current.CancellationToken);

        Assert.All(outcomes, outcome => Assert.True(outcome.Image is not null || outcome.Refusal!.Reason.Length > 0));
        Assert.NotNull(good.Image);
        TestContext.Current.SendDiagnosticMessage(
            string.Join(", ", outcomes.GroupBy(outcome => outcome.Refusal?.Kind.ToString() ?? "Decoded").Select(group => $"{group.Key} {group.Count()}")));
    }

    private static byte[] Damaged(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        int changes = random.Next(1, 12);
        bool isEarly = random.Next(2) == 0; // headers break parsers more often than pixels
        for (int i = 0; i < changes; i++)
        {
            copy[random.Next(isEarly ? Math.Min(2000, copy.Length) : copy.Length)] = (byte)random.Next(256);
        }

        return random.Next(5) == 0 ? copy[..random.Next(copy.Length)] : copy;
    }
}
