using System.Diagnostics;
using FedPortal.Tests.Support;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

public sealed class XrayDecoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    [InlineData(300, 200)]
    public async Task SixteenBitPng_ComesBackWithEveryPixel(int width, int height)
    {
        XrayImage image = Noise(width, height, seed: 1);
        await using var decoder = new XrayDecoder(processCount: 1);

        DecodeOutcome outcome = await decoder.DecodeAsync(GreyPng.Encode(image, isSynthetic: true), TestContext.Current.CancellationToken);

        Assert.Equal((width, height), (outcome.Image!.Width, outcome.Image.Height));
        Assert.True(outcome.Image.Pixels.Span.SequenceEqual(image.Pixels.Span));
    }

    [Fact]
    public async Task TwelveBitValuesInSixteenBits_AreSpreadOverTheRange()
    {
        string file = SharedData.Require("data/malformed/png_12in16.png");
        await using var decoder = new XrayDecoder(processCount: 1);

        DecodeOutcome outcome = await decoder.DecodeAsync(file, TestContext.Current.CancellationToken);

        Assert.InRange(outcome.Image!.Pixels.ToArray().Max(), 60000, 65535);
        Assert.Contains(outcome.Facts!.Notes, note => note.Contains("12 bits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ManyFilesAtOnce_AreDecodedByFewProcesses()
    {
        byte[][] files = [.. Enumerable.Range(0, 60).Select(i => GreyPng.Encode(Noise(40 + i, 30, i), isSynthetic: false))];
        await using var decoder = new XrayDecoder(processCount: 2);

        DecodeOutcome[] outcomes = await Task.WhenAll(files.Select(file => decoder.DecodeAsync(file, TestContext.Current.CancellationToken)));

        Assert.Equal(Enumerable.Range(40, 60), outcomes.Select(outcome => outcome.Image!.Width));
    }

    [Fact]
    public async Task AFileThatTakesTooLong_IsReported_AndTheNextOneIsDecoded()
    {
        byte[] slow = GreyPng.Encode(Noise(4000, 4000, seed: 2), isSynthetic: false);
        var limits = new DecodeLimits { Timeout = TimeSpan.FromMilliseconds(40) };
        await using var decoder = new XrayDecoder(limits, processCount: 1);
        await decoder.DecodeAsync(GreyPng.Encode(Noise(8, 8, 3), isSynthetic: false), TestContext.Current.CancellationToken);

        DecodeOutcome outcome = await decoder.DecodeAsync(slow, TestContext.Current.CancellationToken);
        DecodeOutcome next = await Patiently(() => decoder.DecodeAsync(GreyPng.Encode(Noise(8, 8, 4), isSynthetic: false), TestContext.Current.CancellationToken));

        Assert.Equal(RefusalKind.TimedOut, outcome.Refusal?.Kind);
        Assert.NotNull(next.Image);
    }

    [Fact]
    public async Task AFileThatNeedsTooMuchMemory_IsRefused_AndTheNextOneIsDecoded()
    {
        byte[] large = GreyPng.Encode(new XrayImage(5000, 5000, new ushort[25_000_000]), isSynthetic: false);
        await using var decoder = new XrayDecoder(new DecodeLimits { MemoryMegabytes = 192 }, processCount: 1);

        DecodeOutcome outcome = await decoder.DecodeAsync(large, TestContext.Current.CancellationToken);
        DecodeOutcome next = await decoder.DecodeAsync(GreyPng.Encode(Noise(8, 8, 4), isSynthetic: false), TestContext.Current.CancellationToken);

        Assert.Equal(RefusalKind.OverLimit, outcome.Refusal?.Kind);
        Assert.NotNull(next.Image);
    }

    [Fact]
    public async Task AFileBeyondTheByteLimit_IsRefusedUnread()
    {
        await using var decoder = new XrayDecoder(new DecodeLimits { MaxFileBytes = 100 }, processCount: 1);

        DecodeOutcome outcome = await decoder.DecodeAsync(new MemoryStream(new byte[101]), TestContext.Current.CancellationToken);

        Assert.Equal(RefusalKind.OverLimit, outcome.Refusal?.Kind);
    }

    [Fact]
    public async Task TheKernelConfirms_ThatADecoderProcessIsFilteredAndCannotGainRights()
    {
        using DecoderProcess process = await DecoderProcess.StartAsync(new DecodeLimits(), TestContext.Current.CancellationToken);

        string[] status = await File.ReadAllLinesAsync($"/proc/{process.ProcessId}/status", TestContext.Current.CancellationToken);

        Assert.True(process.IsFiltered);
        Assert.Contains("NoNewPrivs:\t1", status);
        Assert.Contains("Seccomp:\t2", status);
    }

    [Fact]
    public async Task AProcessThatWasKilledBetweenFiles_CostsNoFile()
    {
        byte[] file = GreyPng.Encode(Noise(20, 20, 1), isSynthetic: false);
        await using var decoder = new XrayDecoder(processCount: 1);
        await decoder.DecodeAsync(file, TestContext.Current.CancellationToken);
        int victim = Assert.Single(decoder.Idle).ProcessId;
        Process.GetProcessById(victim).Kill();

        DecodeOutcome outcome = await decoder.DecodeAsync(file, TestContext.Current.CancellationToken);

        Assert.NotNull(outcome.Image);
        Assert.NotEqual(victim, Assert.Single(decoder.Idle).ProcessId);
    }

    // The kernel sends PROF when a file has used up its processor time.
    [Theory]
    [InlineData("PROF", RefusalKind.TimedOut)]
    [InlineData("SEGV", RefusalKind.Crashed)]
    public async Task TheEndOfADecoderProcess_IsToldApart(string signal, RefusalKind expected)
    {
        using DecoderProcess process = await DecoderProcess.StartAsync(new DecodeLimits(), TestContext.Current.CancellationToken);
        using (Process kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {process.ProcessId}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Assert.ThrowsAnyAsync<IOException>(() => process.DecodeAsync(new byte[10], PatientKeys.Ephemeral(), TestContext.Current.CancellationToken));
        DecodeRefusal refusal = await process.EndAsync();

        Assert.Equal(expected, refusal.Kind);
    }

    [Theory]
    [InlineData("format=png\nbits=x\n")]
    [InlineData("format=png\ncolour=NaN\n")]
    [InlineData("format=<script>\n")]
    [InlineData("format=dicom\nmodality=TEST^NAME\n")]
    [InlineData("format=dicom\npatient_id=xyz\n")]
    public void AnAnswerThatAHonestDecoderCannotGive_IsRefused(string text) =>
        Assert.ThrowsAny<IOException>(() => DecoderReply.Parse(Noise(2, 2, 1), text, PatientKeys.Ephemeral()));

    [Fact]
    public async Task Cancelling_StopsTheWait()
    {
        await using var decoder = new XrayDecoder(processCount: 1);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoder.DecodeAsync(new byte[10], cancel.Token));
    }

    [Theory]
    [InlineData("png_rgba.png")]
    [InlineData("progressive_rgb.jpg")]
    [InlineData("tiff_16.tif")]
    [InlineData("text_bomb_ztxt.png")]
    [InlineData("cmyk.jpg")]
    public async Task DifferentFormatsOfOnePicture_LookAlike(string file)
    {
        string folder = SharedData.Require("data/malformed");
        await using var decoder = new XrayDecoder(processCount: 1);
        XrayImage reference = (await decoder.DecodeAsync(Path.Combine(folder, "png_text_phi.png"), TestContext.Current.CancellationToken)).Image!;

        XrayImage image = (await decoder.DecodeAsync(Path.Combine(folder, file), TestContext.Current.CancellationToken)).Image!;

        double difference = reference.Pixels.ToArray().Zip(image.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Average() / 65535;
        Assert.True(difference < 0.02, $"Mean difference {difference:P2}");
    }

    [Fact]
    public async Task OrientationSix_IsTurnedAQuarterClockwise()
    {
        string folder = SharedData.Require("data/malformed");
        await using var decoder = new XrayDecoder(processCount: 1);
        XrayImage stored = (await decoder.DecodeAsync(Path.Combine(folder, "png_text_phi.png"), TestContext.Current.CancellationToken)).Image!;

        XrayImage shown = (await decoder.DecodeAsync(Path.Combine(folder, "exif_rotated_gps.jpg"), TestContext.Current.CancellationToken)).Image!;

        double sum = 0;
        for (int row = 0; row < stored.Height; row++)
        {
            for (int column = 0; column < stored.Width; column++)
            {
                // the stored top row becomes the right-most column
                sum += Math.Abs(stored.Pixels.Span[(row * stored.Width) + column] - shown.Pixels.Span[(column * shown.Width) + shown.Width - 1 - row]);
            }
        }

        Assert.True(sum / stored.Pixels.Length / 65535 < 0.02);
    }

    // A process that was ended takes a moment to be replaced on a busy machine, and these limits are short.
    private static async Task<DecodeOutcome> Patiently(Func<Task<DecodeOutcome>> decode)
    {
        DecodeOutcome outcome = await decode();
        for (int i = 0; i < 500 && outcome.Image is null; i++)
        {
            outcome = await decode();
        }

        return outcome;
    }

    private static XrayImage Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        ushort[] pixels = [.. Enumerable.Range(0, width * height).Select(_ => (ushort)random.Next(65536))];
        pixels[0] = 65535; // else a small picture may look like one of fewer bits
        return new XrayImage(width, height, pixels);
    }
}
