using FedPortal.Tests.Support;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

/// <summary>Each DICOM file was made from a known picture: what comes out is compared with that picture.</summary>
public sealed class DicomTests
{
    [Theory]
    [InlineData("01_mono2_8bit_explicit_le.dcm", "hospital-a/no_finding/a003.png")]
    [InlineData("02_mono2_8bit_implicit_le.dcm", "hospital-a/no_finding/a006.png")]
    [InlineData("06_jpeg_lossless_sv1_8bit.dcm", "hospital-c/no_finding/c002.png")]
    [InlineData("08_rle_8bit.dcm", "hospital-c/no_finding/c007.jpg")]
    [InlineData("10_jpeg2000_lossless.dcm", "hospital-e/no_finding/e003.png")]
    [InlineData("11_jpegls_lossless.dcm", "hospital-e/pneumonia/e001.png")]
    [InlineData("12_explicit_big_endian.dcm", "hospital-e/no_finding/e010.png")]
    [InlineData("13_deflated.dcm", "hospital-e/pneumonia/e002.png")]
    [InlineData("15_img2dcm_baseline.dcm", "hospital-b/pneumonia/b003.jpg")]
    [InlineData("16_no_preamble_implicit.dcm", "hospital-d/no_finding/d001.jpg")]
    public async Task LosslessFile_GivesExactlyThePixelsOfItsSource(string file, string source)
    {
        (XrayImage dicom, XrayImage original) = await BothAsync(file, source);

        Assert.Equal((original.Width, original.Height), (dicom.Width, dicom.Height));
        Assert.True(original.Pixels.Span.SequenceEqual(dicom.Pixels.Span));
    }

    // 12-bit files hold the 8-bit value times 16: at most 15 of 4095 away at white. Baseline JPEG loses a little. Bound: 1 % of the range on average.
    [Theory]
    [InlineData("03_mono1_12in16_explicit_le.dcm", "hospital-a/pneumonia/a001.png")]
    [InlineData("05_jpeg_baseline_8bit.dcm", "hospital-b/covid19/b002.jpg")]
    [InlineData("07_jpeg_lossless_sv1_12bit.dcm", "hospital-c/pneumonia/c001.jpg")]
    [InlineData("09_rle_mono1_12bit.dcm", "hospital-c/pneumonia/c004.png")]
    [InlineData("14_rgb_burned_in_text.dcm", "hospital-b/no_finding/b001.jpg")]
    public async Task FileOfOtherDepth_LooksLikeItsSource(string file, string source)
    {
        (XrayImage dicom, XrayImage original) = await BothAsync(file, source);

        Assert.Equal((original.Width, original.Height), (dicom.Width, dicom.Height));
        Assert.True(MeanDifference(original, dicom) < 0.01, $"Mean difference {MeanDifference(original, dicom):P2}");
    }

    [Fact]
    public async Task SignedPixelsWithRescale_FollowTheirSourceOnAStraightLine()
    {
        (XrayImage dicom, XrayImage original) = await BothAsync("04_mono2_signed16_rescale.dcm", "hospital-a/pneumonia/a002.png");

        double[] a = [.. original.Pixels.ToArray().Select(value => (double)value)];
        double[] b = [.. dicom.Pixels.ToArray().Select(value => (double)value)];
        Assert.True(Correlation(a, b) > 0.9999, $"Correlation {Correlation(a, b)}");
        Assert.Equal((0, 65535), (dicom.Pixels.ToArray().Min(), dicom.Pixels.ToArray().Max()));
    }

    [Fact]
    public async Task SeveralFrames_AreRefusedInWords()
    {
        string file = SharedData.Require("data/dicom/17_multiframe.dcm");
        await using var decoder = new XrayDecoder(processCount: 1);

        DecodeOutcome outcome = await decoder.DecodeAsync(file, TestContext.Current.CancellationToken);

        Assert.Null(outcome.Image);
        Assert.Contains("frames", outcome.Refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeptFacts_AreCodesOnly_AndThePatientIdIsAKeyedHash()
    {
        string file = SharedData.Require("data/dicom/14_rgb_burned_in_text.dcm");
        var patients = new PatientKeys(new byte[32]);
        await using var decoder = new XrayDecoder(patients: patients, processCount: 1);
        await using var other = new XrayDecoder(processCount: 1);

        DecodeOutcome outcome = await decoder.DecodeAsync(file, TestContext.Current.CancellationToken);
        DecodeOutcome elsewhere = await other.DecodeAsync(file, TestContext.Current.CancellationToken);

        Assert.Equal(("dicom", "CR", "PA", "CHEST", "RGB", true), (
            outcome.Facts!.Format, outcome.Facts.Modality, outcome.Facts.ViewPosition, outcome.Facts.BodyPart, outcome.Facts.Photometric, outcome.Facts.BurnedInAnnotation));
        Assert.Equal(patients.KeyOf("FAKE-MRN-0014"), outcome.PatientKey);
        Assert.NotEqual(outcome.PatientKey, elsewhere.PatientKey);
    }

    private static async Task<(XrayImage Dicom, XrayImage Original)> BothAsync(string file, string source)
    {
        string data = SharedData.Require("data");
        await using var decoder = new XrayDecoder(processCount: 1);
        DecodeOutcome dicom = await decoder.DecodeAsync(Path.Combine(data, "dicom", file), TestContext.Current.CancellationToken);
        DecodeOutcome original = await decoder.DecodeAsync(Path.Combine(data, "public", source), TestContext.Current.CancellationToken);
        Assert.True(dicom.Image is not null, dicom.Refusal?.Reason);
        return (dicom.Image, original.Image!);
    }

    private static double MeanDifference(XrayImage a, XrayImage b) =>
        a.Pixels.ToArray().Zip(b.Pixels.ToArray(), (x, y) => Math.Abs(x - y)).Average() / 65535;

    private static double Correlation(double[] a, double[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        double Cross(double[] x, double mx, double[] y, double my) => x.Zip(y, (p, q) => (p - mx) * (q - my)).Sum();
        return Cross(a, meanA, b, meanB) / Math.Sqrt(Cross(a, meanA, a, meanA) * Cross(b, meanB, b, meanB));
    }
}
