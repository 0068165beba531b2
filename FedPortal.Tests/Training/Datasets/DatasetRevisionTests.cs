using FedPortal.Tests.Support;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Datasets;

public sealed class DatasetRevisionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_MakeANewVersion_AndLeaveTheOldOneAlone()
    {
        using var site = new TemporaryFolder();
        var store = new ImageStore(site.Path);
        ImportedDataset before = await DatasetOfAsync(store, 4);
        string hash = before.Hash;

        RevisedDataset after = await DatasetRevision.ApplyAsync(
            before,
            [new DatasetChange(0) { Label = "covid" }, new DatasetChange(1) { IsRemoved = true }, new DatasetChange(3) { Masks = [new ImageRegion(2, 1, 3, 2)] }],
            store,
            Token);

        Assert.Equal([0, 2, 3], after.Origins);
        Assert.Equal(["covid", "normal", "normal"], after.Dataset.Items.Select(item => item.Label));
        Assert.Equal(before.Items[2], after.Dataset.Items[1]);
        Assert.Equal(before.Items[3].PatientKey, after.Dataset.Items[2].PatientKey);
        ushort[] old = (await store.ReadAsync(before.Items[3].Id, Token)).Pixels.ToArray();
        ushort[] masked = (await store.ReadAsync(after.Dataset.Items[2].Id, Token)).Pixels.ToArray();
        Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(IsMasked(i) ? 0 : old[i], masked[i]));
        Assert.Equal(hash, before.Hash);
        Assert.NotEqual(hash, after.Dataset.Hash);
    }

    [Fact]
    public async Task AMaskOutsideTheImage_AnUnknownImage_AndABadLabel_AreRefusedInWords()
    {
        using var site = new TemporaryFolder();
        var store = new ImageStore(site.Path);
        ImportedDataset dataset = await DatasetOfAsync(store, 2);

        Assert.Contains("8×8", await RefusalAsync(new DatasetChange(0) { Masks = [new ImageRegion(6, 0, 3, 1)] }), StringComparison.Ordinal);
        Assert.Contains("names 2", await RefusalAsync(new DatasetChange(2) { IsRemoved = true }), StringComparison.Ordinal);
        Assert.Contains("formula", await RefusalAsync(new DatasetChange(0) { Label = "=1+1" }), StringComparison.Ordinal);
        await Assert.ThrowsAsync<DatasetRefusedException>(() => DatasetRevision.ApplyAsync(
            dataset, [new DatasetChange(0) { IsRemoved = true }, new DatasetChange(1) { IsRemoved = true }], store, Token));

        async Task<string> RefusalAsync(DatasetChange change) =>
            (await Assert.ThrowsAsync<ArgumentException>(() => DatasetRevision.ApplyAsync(dataset, [change], store, Token))).Message;
    }

    [Fact]
    public async Task DuplicateTags_CountSharedImages_AndNeedTheKey()
    {
        using var site = new TemporaryFolder();
        var store = new ImageStore(site.Path);
        ImportedDataset first = await DatasetOfAsync(store, 5);
        ImportedDataset second = new([.. first.Items.Skip(2), .. (await DatasetOfAsync(store, 3, seed: 90)).Items], [], []);
        var tags = new DuplicateTags(new byte[32]);
        var foreign = new DuplicateTags([.. Enumerable.Repeat((byte)1, 32)]);

        Assert.Equal(3, DuplicateTags.Shared(tags.Of(first), tags.Of(second)));
        Assert.Equal(0, DuplicateTags.Shared(tags.Of(first), foreign.Of(second)));
        Assert.Equal(5 * DuplicateTags.TagBytes, tags.Of(first).Length);
    }

    private static bool IsMasked(int i) => i % 8 is >= 2 and < 5 && i / 8 is >= 1 and < 3;

    private static async Task<ImportedDataset> DatasetOfAsync(ImageStore store, int count, int seed = 1)
    {
        var items = new List<DatasetItem>();
        for (int i = 0; i < count; i++)
        {
            var random = new Random(seed + i);
            ushort[] pixels = [.. Enumerable.Range(0, 64).Select(_ => (ushort)random.Next(1, 65536))];
            string id = await store.AddAsync(new XrayImage(8, 8, pixels), isSynthetic: false, Token);
            items.Add(new DatasetItem(id, ImageStore.RelativePathOf(id), "normal", $"p{i}", DatasetSplit.Train) { Width = 8, Height = 8, Facts = new ImageFacts("png", 16, 0, []) });
        }

        return new ImportedDataset(items, [], []);
    }
}
