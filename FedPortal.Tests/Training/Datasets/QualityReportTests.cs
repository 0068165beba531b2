using FedPortal.Tests.Support;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Datasets;

public sealed class QualityReportTests
{
    [Fact]
    public async Task CopiesAreFound_ExactOnes_BrightenedOnes_AndSmallerOnes_ButNotOtherChests()
    {
        using var folder = new TemporaryFolder();
        XrayImage[] chests = [.. Enumerable.Range(0, 12).Select(i => PhantomGenerator.Generate(PhantomFinding.NoFinding, PhantomStyle.All[0], 128, (ulong)i))];
        foreach ((int i, XrayImage chest) in chests.Index())
        {
            Write(folder.At("a", $"{i:D2}.png"), chest);
        }

        Write(folder.At("b", "same.png"), chests[0]);
        Write(folder.At("b", "brighter.png"), new XrayImage(128, 128, [.. chests[1].Pixels.ToArray().Select(value => (ushort)(5000 + (value * 0.9)))]));
        GreyPlane small = Resampling.Resize(GreyPlane.From(chests[2]), 96, 96);
        Write(folder.At("a", "smaller.png"), new XrayImage(96, 96, [.. small.Values.Select(value => (ushort)(value * 65535))]));

        QualityReport report = await CheckAsync(folder.Path);

        DuplicateGroup exact = Assert.Single(report.ExactDuplicates);
        Assert.Equal(["a/00.png", "b/same.png"], exact.Names);
        Assert.True(exact.IsContradictory);
        Assert.Equal([("a/01.png", "b/brighter.png", true), ("a/02.png", "a/smaller.png", false)], report.NearDuplicates.Select(pair => (pair.First, pair.Second, pair.IsContradictory)).Order());
    }

    [Fact]
    public async Task ThePublicSet_GivesItsNumbers()
    {
        string data = SharedData.Require("data/public");

        QualityReport report = await CheckAsync(data);

        Assert.Equal(180, report.Images);
        Assert.Equal([("covid19", 60), ("no_finding", 60), ("pneumonia", 60)], report.Classes.Select(one => (one.Name, one.Count)));
        Assert.Equal([56, 44, 34, 28, 18], report.Hospitals.Select(one => one.Count));
        Assert.Equal([("holdout", 30), ("train", 150)], report.Splits.Select(one => (one.Name, one.Count)));
        Assert.Equal(["hospital-a/no_finding/a045.png", "hospital-a/no_finding/a053.png"], Assert.Single(report.ExactDuplicates).Names); // byte-identical files
        Assert.Empty(report.NearDuplicates);
        Assert.Empty(report.Unreadable);
        Assert.DoesNotContain(report.Warnings, warning => warning.Contains("patients are on both sides", StringComparison.Ordinal));
        Assert.Contains(report.Warnings, warning => warning.Contains("not in the manifest", StringComparison.Ordinal));
        Assert.Equal(18, report.Thumbnails.Count);
    }

    // The originals are up to fifteen times larger, in colour or with alpha, and were scaled by other software.
    [Fact]
    public async Task OriginalsAsReceived_AreDecoded_AndRecognisedAsTheirReducedCopies()
    {
        string data = SharedData.Require("data/public");
        await using var decoder = new XrayDecoder();
        string[][] rows = [.. (await File.ReadAllLinesAsync(Path.Combine(data, "as-received", "manifest.csv"))).Skip(1).Select(line => line.Split(','))];

        foreach (string[] row in rows)
        {
            XrayImage original = (await decoder.DecodeAsync(Path.Combine(data, row[0]), TestContext.Current.CancellationToken)).Image!;
            XrayImage copy = (await decoder.DecodeAsync(Path.Combine(data, row[2]), TestContext.Current.CancellationToken)).Image!;

            (ImageFingerprint first, ImageFingerprint second) = (new ImageFingerprint(original), new ImageFingerprint(copy));

            Assert.True(first.DistanceTo(second) <= 40, $"{row[0]}: {first.DistanceTo(second)} bits");
            Assert.True(first.CorrelationWith(second) >= 0.99f, $"{row[0]}: correlation {first.CorrelationWith(second)}");
        }

        Assert.Equal(12, rows.Length);
    }

    [Fact]
    public async Task AReport_SurvivesJson_AndLosesNamesWhenAsked()
    {
        using var folder = new TemporaryFolder();
        DatasetImportTests.Put(folder.At("sick", "secret-name.png"), 1);
        DatasetImportTests.Put(folder.At("healthy", "secret-name.png"), 1);
        await File.WriteAllTextAsync(folder.At("sick", "secret-name-broken.png"), "no");

        QualityReport report = await CheckAsync(folder.Path);
        QualityReport back = QualityReport.FromJson(report.ToJson());

        Assert.Equal(report.ToJson(), back.ToJson());
        Assert.Contains("secret", back.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", report.WithoutNames().ToJson(), StringComparison.Ordinal);
        Assert.Equal(RefusalKind.Refused, Assert.Single(back.Unreadable).Kind);
    }

    [Fact]
    public async Task AStoredDataset_GivesTheSameCountsAsItsSource()
    {
        using var folder = new TemporaryFolder();
        using var site = new TemporaryFolder();
        await new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = 30, HoldoutCount = 6, Size = 64 }).WriteAsync(folder.Path, null, TestContext.Current.CancellationToken);
        await using var decoder = new XrayDecoder();
        var store = new ImageStore(site.Path);

        ImportedDataset dataset = await new DatasetImport(store, decoder).RunAsync(folder.Path, null, null, TestContext.Current.CancellationToken);
        QualityReport stored = await DatasetCheck.OfStoredAsync(dataset, store, null, TestContext.Current.CancellationToken);
        QualityReport source = await CheckAsync(folder.Path);

        Assert.True(stored.IsSynthetic);
        Assert.Contains("36 of 36 images are synthetic.", stored.Warnings);
        Assert.Equal(source.Classes, stored.Classes);
        Assert.Equal(source.Sizes, stored.Sizes);
    }

    private static void Write(string path, XrayImage image)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, GreyPng.Encode(image, isSynthetic: true));
    }

    private static async Task<QualityReport> CheckAsync(string path)
    {
        await using var decoder = new XrayDecoder();
        return await DatasetCheck.RunAsync(path, null, decoder, null, TestContext.Current.CancellationToken);
    }
}
