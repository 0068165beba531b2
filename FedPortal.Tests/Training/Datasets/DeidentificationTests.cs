using System.Text;
using FedPortal.Tests.Support;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Datasets;

/// <summary>Files full of made-up names, dates and places go in; nothing of it may be in anything that intake writes.</summary>
public sealed class DeidentificationTests
{
    private static readonly string[] Identifying =
        ["TEST^", "FAKE", "NOWHERE", "TESTVILLE", "1901", "1999", "MÜLLER", "DEIDENTIFY", "1.2.826.0.1.3680043", "GPS", "Artist", "OP-4711"];

    [Fact]
    public async Task NothingIdentifying_SurvivesIntake_InContentsOrNames()
    {
        string data = SharedData.Require("data");
        using var source = new TemporaryFolder();
        using var site = new TemporaryFolder();
        Directory.CreateDirectory(source.At("pneumonia"));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(data, "dicom"), "*.dcm"))
        {
            File.Copy(file, source.At("pneumonia", $"TEST^MÜLLER_19990101_1.2.826.0.1.3680043.{Path.GetFileName(file)}"));
        }

        foreach (string file in new[] { "exif_rotated_gps.jpg", "png_text_phi.png", "polyglot_png_html.png", "truncated_half.png", "dicom_unknown_ts.dcm" })
        {
            File.Copy(Path.Combine(data, "malformed", file), source.At("pneumonia", $"FAKE_OP-4711_{file}"));
        }

        // Not a random key: one patient's key in a thousand would begin or end with the digits that are looked for.
        await File.WriteAllBytesAsync(site.At("site.key"), new byte[32]);
        await using var decoder = new XrayDecoder(patients: PatientKeys.LoadOrCreate(site.At("site.key")));
        var store = new ImageStore(site.At("images"));

        ImportedDataset dataset = await new DatasetImport(store, decoder).RunAsync(source.Path, null, null, TestContext.Current.CancellationToken);
        dataset.Save(site.At("dataset.json"));
        await File.WriteAllTextAsync(site.At("report.json"), (await DatasetCheck.RunAsync(source.Path, null, decoder, null, TestContext.Current.CancellationToken)).WithoutNames().ToJson());
        await PreparedDataset.LoadAsync(dataset, store, PreprocessingPipeline.Default(32), null, site.At("cache"), null, TestContext.Current.CancellationToken);

        Assert.Equal(19, dataset.Items.Count);
        Assert.Equal(3, dataset.Rejected.Count);
        Assert.All(dataset.Items.Where(item => item.Facts.Format == "dicom"), item => Assert.NotNull(item.PatientKey));
        string[] written = Directory.GetFiles(site.Path, "*", SearchOption.AllDirectories);
        Assert.Equal(dataset.Items.Select(item => item.Id).Distinct().Count() + 4, written.Length);
        foreach (string file in written)
        {
            Assert.Empty(Found(Encoding.UTF8.GetBytes(Path.GetRelativePath(site.Path, file))));
            bool isNoise = file.EndsWith(".key", StringComparison.Ordinal) || file.EndsWith(".prepared", StringComparison.Ordinal);
            Assert.Empty(isNoise ? [] : Found(await File.ReadAllBytesAsync(file)));
        }
    }

    [Theory]
    [InlineData("dicom/14_rgb_burned_in_text.dcm", "names", "identifiers", "dates")]
    [InlineData("malformed/png_text_phi.png", "texts")]
    [InlineData("malformed/exif_rotated_gps.jpg", "camera")]
    public async Task WhatAFileSaidBesideItsPixels_IsCountedByKind(string file, params string[] kinds)
    {
        await using var decoder = new XrayDecoder(processCount: 1);

        DecodeOutcome outcome = await decoder.DecodeAsync(Path.Combine(SharedData.Require("data"), file), TestContext.Current.CancellationToken);

        Assert.All(kinds, kind => Assert.True(outcome.Facts!.Removed.GetValueOrDefault(kind) > 0, $"{kind}: {string.Join(", ", outcome.Facts.Removed)}"));
    }

    [Fact]
    public async Task StoredImages_HoldPixelsAndNothingElse()
    {
        using var site = new TemporaryFolder();
        var store = new ImageStore(site.Path);
        var image = new XrayImage(3, 2, [1, 2, 3, 40000, 50000, 65535]);

        string id = await store.AddAsync(image, isSynthetic: false, TestContext.Current.CancellationToken);
        XrayImage back = await store.ReadAsync(id, TestContext.Current.CancellationToken);

        byte[] file = await File.ReadAllBytesAsync(site.At(ImageStore.RelativePathOf(id)));
        Assert.Equal(["IHDR", "IDAT", "IEND"], ChunksOf(file));
        Assert.Equal(image.Pixels.ToArray(), back.Pixels.ToArray());
    }

    [Fact]
    public async Task ADamagedStoredImage_IsNoticed()
    {
        using var site = new TemporaryFolder();
        var store = new ImageStore(site.Path);
        string id = await store.AddAsync(new XrayImage(2, 1, [7, 8]), isSynthetic: false, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(site.At(ImageStore.RelativePathOf(id)), GreyPng.Encode(new XrayImage(2, 1, [7, 9]), isSynthetic: false));

        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAsync(id, TestContext.Current.CancellationToken));
    }

    // Digits alone occur by chance in compressed pixels and in hashes; "1901" and "1999" are looked for only outside of those.
    private static IEnumerable<string> Found(byte[] bytes) =>
        from text in Identifying
        from encoding in new[] { Encoding.UTF8, Encoding.Latin1, Encoding.Unicode }
        where text.Length > 4 || text is "FAKE" || !text.All(char.IsAsciiDigit) ? bytes.AsSpan().IndexOf(encoding.GetBytes(text)) >= 0 : IsInWords(bytes, encoding.GetBytes(text))
        select text;

    private static bool IsInWords(byte[] bytes, byte[] digits)
    {
        for (int at = 0; bytes.AsSpan(at).IndexOf(digits) is >= 0 and int next; at += next + 1)
        {
            int start = at + next;
            bool isInHash = start > 0 && start + digits.Length < bytes.Length && char.IsAsciiHexDigitLower((char)bytes[start - 1]) && char.IsAsciiHexDigitLower((char)bytes[start + digits.Length]);
            bool isText = bytes.Skip(Math.Max(0, start - 4)).Take(digits.Length + 8).All(value => value is >= 32 and < 127);
            if (isText && !isInHash)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> ChunksOf(byte[] file)
    {
        for (int at = 8; at < file.Length; at += 12 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)))
        {
            yield return Encoding.ASCII.GetString(file, at + 4, 4);
        }
    }
}
