using FedPortal.Tests.Support;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Datasets;

public sealed class PreparedDatasetTests
{
    [Fact]
    public async Task TheWayThroughTheStore_AndTheDirectWay_GiveTheSameValues_CachedOrNot()
    {
        using var folder = new TemporaryFolder();
        using var site = new TemporaryFolder();
        for (int i = 0; i < 6; i++)
        {
            DatasetImportTests.Put(folder.At(i % 2 == 0 ? "sick" : "healthy", $"{i}.png"), i);
        }

        PreprocessingPipeline pipeline = PreprocessingPipeline.Default(32);
        await using var decoder = new XrayDecoder(processCount: 1);
        var store = new ImageStore(site.At("images"));
        ImportedDataset imported = await new DatasetImport(store, decoder).RunAsync(folder.Path, null, null, TestContext.Current.CancellationToken);
        imported.Save(site.At("dataset.json"));

        PreparedDataset direct = await PreparedDataset.ReadAsync(folder.Path, pipeline, new DatasetImportOptions(), decoder, null, null, TestContext.Current.CancellationToken);
        PreparedDataset stored = await LoadAsync();
        PreparedDataset cached = await LoadAsync();
        string cache = Assert.Single(Directory.GetFiles(site.At("cache")));
        byte[] bytes = await File.ReadAllBytesAsync(cache);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(cache, bytes);
        PreparedDataset repaired = await LoadAsync();

        foreach (PreparedDataset other in new[] { stored, cached, repaired })
        {
            Assert.Equal(direct.Classes, other.Classes);
            for (int i = 0; i < direct.Count; i++)
            {
                Assert.Equal((direct.Label(i), direct.ImageId(i)), (other.Label(i), other.ImageId(i)));
                Assert.True(direct.Pixels(i).SequenceEqual(other.Pixels(i)));
            }
        }

        Task<PreparedDataset> LoadAsync() => PreparedDataset.LoadAsync(
            ImportedDataset.Load(site.At("dataset.json")), store, pipeline, null, site.At("cache"), null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ASubset_KeepsOrderAndPixels_AndABatchIsACopy()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 4; i++)
        {
            DatasetImportTests.Put(folder.At(i < 2 ? "a" : "b", $"{i}.png"), i);
        }

        await using var decoder = new XrayDecoder(processCount: 1);
        PreparedDataset all = await PreparedDataset.ReadAsync(
            folder.Path, PreprocessingPipeline.Plain(16), new DatasetImportOptions { Classes = ["b", "a", "c"] }, decoder, null, null, TestContext.Current.CancellationToken);

        PreparedDataset some = all.Subset([3, 0]);
        ImageBatch batch = some.Batch([1, 0]);

        Assert.Equal([0, 1], new[] { some.Label(0), some.Label(1) });
        Assert.Equal([2, 2, 0], all.ClassCounts());
        Assert.True(all.Pixels(0).SequenceEqual(batch.Pixels.AsSpan(0, 256)));
        Assert.Equal([1, 0], batch.Labels);
        Assert.Equal(all.Count + some.Count, PreparedDataset.Concat([all, some]).Count);
        Assert.Throws<ArgumentException>(() => PreparedDataset.Concat([all, new PreparedDataset(16, all.Classes, "other", [])]));
    }
}
