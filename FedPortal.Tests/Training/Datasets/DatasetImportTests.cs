using System.IO.Compression;
using FedPortal.Tests.Support;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Datasets;

public sealed class DatasetImportTests
{
    [Fact]
    public async Task AFolderPerClass_GivesEachImageTheLabelOfItsFolder()
    {
        using var folder = new TemporaryFolder();
        Put(folder.At("sick", "a.png"), 1);
        Put(folder.At("healthy", "deep", "b.dat"), 2);
        Put(folder.At("stray.png"), 3);
        await File.WriteAllTextAsync(folder.At("healthy", "broken.png"), "not a picture");
        await File.WriteAllTextAsync(folder.At("healthy", "notes.txt"), "not meant to be one");

        ImportedDataset dataset = await ImportAsync(folder.Path);

        Assert.Equal(["healthy", "sick"], dataset.Classes);
        Assert.Equal(["healthy", "sick"], dataset.Items.Select(item => item.Label));
        Assert.Equal(["healthy/broken.png", "stray.png"], dataset.Rejected.Select(file => file.Name).Order());
        Assert.False(dataset.IsSynthetic);
    }

    [Fact]
    public async Task HospitalFoldersWithClassFolders_AreTakenApart()
    {
        using var folder = new TemporaryFolder();
        foreach ((string hospital, int seed) in new[] { ("north", 1), ("south", 3) })
        {
            Put(folder.At(hospital, "sick", "a.png"), seed);
            Put(folder.At(hospital, "healthy", "b.png"), seed + 1);
        }

        IReadOnlyList<string> hospitals = await DatasetImport.HospitalsAsync(folder.Path, TestContext.Current.CancellationToken);
        ImportedDataset south = await ImportAsync(folder.Path, new DatasetImportOptions { Hospital = "south" });

        Assert.Equal(["north", "south"], hospitals);
        Assert.Equal(["healthy", "sick"], south.Items.Select(item => item.Label));
        Assert.All(south.Items, item => Assert.Equal("south", item.Hospital));
    }

    [Fact]
    public async Task AManifest_GivesLabelsSplitsPatientsAndHospitals()
    {
        using var folder = new TemporaryFolder();
        Put(folder.At("x", "1.png"), 1);
        Put(folder.At("x", "2.png"), 2);
        Put(folder.At("x", "3.png"), 3);
        await File.WriteAllTextAsync(folder.At("manifest.csv"), "file;label;split;patient_id;hospital\nx/1.png;sick;train;P1;A\nx\\2.png;healthy;val; P1 ;A\n\"x/3.png\";sick;;P2;B\n../x;sick;;;\n");

        ImportedDataset dataset = await ImportAsync(folder.Path);

        Assert.Equal(["sick", "healthy", "sick"], dataset.Items.Select(item => item.Label));
        Assert.Equal([DatasetSplit.Train, DatasetSplit.Holdout, null], dataset.Items.Select(item => item.Split));
        Assert.Equal(dataset.Items[0].PatientKey, dataset.Items[1].PatientKey);
        Assert.NotEqual(dataset.Items[0].PatientKey, dataset.Items[2].PatientKey);
        Assert.DoesNotContain(dataset.Items, item => item.PatientKey!.Contains("P1", StringComparison.Ordinal));
        Assert.Single(dataset.Rejected);
    }

    [Fact]
    public async Task ContradictoryRows_GiveNoLabelAtAll()
    {
        using var folder = new TemporaryFolder();
        Put(folder.At("1.png"), 1);
        Put(folder.At("2.png"), 2);
        await File.WriteAllTextAsync(folder.At("manifest.csv"), "file,label\n1.png,sick\n1.png,healthy\n2.png,sick\n2.png,sick\n");

        ImportedDataset dataset = await ImportAsync(folder.Path);

        Assert.Single(dataset.Items);
        Assert.Contains("both sick and healthy", Assert.Single(dataset.Rejected).Reason, StringComparison.Ordinal);
        Assert.Contains("again", Assert.Single(dataset.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AZipOfAFolder_IsReadLikeTheFolder()
    {
        using var folder = new TemporaryFolder();
        Put(folder.At("set", "sick", "a.png"), 1);
        Put(folder.At("set", "healthy", "b.png"), 2);
        await ZipFile.CreateFromDirectoryAsync(folder.At("set"), folder.At("flat.zip"));
        await ZipFile.CreateFromDirectoryAsync(folder.At("set"), folder.At("wrapped.zip"), CompressionLevel.Fastest, includeBaseDirectory: true);

        ImportedDataset plain = await ImportAsync(folder.At("set"));
        ImportedDataset flat = await ImportAsync(folder.At("flat.zip"));
        ImportedDataset wrapped = await ImportAsync(folder.At("wrapped.zip"));

        Assert.Equal(plain.Hash, flat.Hash);
        Assert.Equal(plain.Hash, wrapped.Hash);
    }

    [Fact]
    public async Task ALabelBesideTheClassesOfTheStudy_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Put(folder.At("sick", "a.png"), 1);
        Put(folder.At("odd", "b.png"), 2);

        ImportedDataset dataset = await ImportAsync(folder.Path, new DatasetImportOptions { Classes = ["healthy", "sick"] });

        Assert.Single(dataset.Items);
        Assert.Contains("not one of the study's classes", Assert.Single(dataset.Rejected).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALinkOutOfTheFolder_IsNotFollowed()
    {
        using var folder = new TemporaryFolder();
        using var outside = new TemporaryFolder();
        Put(outside.At("secret.png"), 1);
        Put(folder.At("sick", "a.png"), 2);
        File.CreateSymbolicLink(folder.At("sick", "link.png"), outside.At("secret.png"));
        Directory.CreateSymbolicLink(folder.At("sick", "folder"), outside.Path);

        ImportedDataset dataset = await ImportAsync(folder.Path);

        Assert.Single(dataset.Items);
        Assert.Equal(2, dataset.Rejected.Count(file => file.Reason.Contains("link", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task NoUsableImage_IsRefusedWithAReason()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("sick"));
        await File.WriteAllTextAsync(folder.At("sick", "a.png"), "no");

        DatasetRefusedException refusal = await Assert.ThrowsAsync<DatasetRefusedException>(() => ImportAsync(folder.Path));

        Assert.Contains("sick/a.png", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancellingAnImport_StopsIt_AndLeavesNoHalfFile()
    {
        using var folder = new TemporaryFolder();
        using var site = new TemporaryFolder();
        for (int i = 0; i < 40; i++)
        {
            Put(folder.At("sick", $"{i}.png"), i);
        }

        using var cancel = new CancellationTokenSource();
        var progress = new StopAfter(3, cancel);
        await using var decoder = new XrayDecoder(processCount: 1);
        var import = new DatasetImport(new ImageStore(site.Path), decoder);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => import.RunAsync(folder.Path, null, progress, cancel.Token));

        string[] written = Directory.GetFiles(site.Path, "*", SearchOption.AllDirectories);
        Assert.InRange(written.Length, 3, 39);
        Assert.All(written, file => Assert.EndsWith(".png", file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ThePublicSet_GivesFiveHospitalsWithTheirCounts()
    {
        string data = SharedData.Require("data/public");
        await using var decoder = new XrayDecoder();
        var counts = new List<(int, int)>();

        foreach (string hospital in await DatasetImport.HospitalsAsync(data, TestContext.Current.CancellationToken))
        {
            PreparedDataset set = await PreparedDataset.ReadAsync(
                data, PreprocessingPipeline.Default(32), new DatasetImportOptions { Hospital = hospital }, decoder, null, null, TestContext.Current.CancellationToken);
            counts.Add((set.Count, DatasetSplitter.Given(set)!.Holdout.Count));
            Assert.Equal(["covid19", "no_finding", "pneumonia"], set.Classes);
        }

        Assert.Equal([56, 44, 34, 28, 18], counts.Select(pair => pair.Item1));
        Assert.Equal(30, counts.Sum(pair => pair.Item2));
    }

    internal static void Put(string path, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var random = new Random(seed);
        File.WriteAllBytes(path, GreyPng.Encode(new XrayImage(80, 70, [.. Enumerable.Range(0, 5600).Select(_ => (ushort)random.Next(65536))]), isSynthetic: false));
    }

    private sealed class StopAfter(int count, CancellationTokenSource cancel) : IProgress<DatasetProgress>
    {
        public void Report(DatasetProgress value)
        {
            if (value.Done == count)
            {
                cancel.Cancel();
            }
        }
    }

    private static async Task<ImportedDataset> ImportAsync(string path, DatasetImportOptions? options = null)
    {
        using var store = new TemporaryFolder();
        await using var decoder = new XrayDecoder(processCount: 1);
        return await new DatasetImport(new ImageStore(store.Path), decoder).RunAsync(path, options, null, TestContext.Current.CancellationToken);
    }
}
