using FedPortal.Training.Learning;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

public class BatchSamplerTests
{
    [Theory]
    [InlineData(1, 8, new[] { 1 })]
    [InlineData(8, 8, new[] { 8 })]
    [InlineData(9, 8, new[] { 9 })]
    [InlineData(10, 8, new[] { 8, 2 })]
    [InlineData(17, 8, new[] { 8, 9 })]
    [InlineData(3, 1, new[] { 1, 1, 1 })]
    public void NextEpoch_CutsBatches_AndNeverLeavesOneImageAlone(int images, int batchSize, int[] sizes)
    {
        var sampler = new BatchSampler(new int[images], batchSize, balanced: false, seed: 1);

        IReadOnlyList<int[]> batches = sampler.NextEpoch();

        Assert.Equal(sizes, batches.Select(batch => batch.Length));
        Assert.Equal(sizes.Length, sampler.BatchCount);
    }

    [Fact]
    public void Shuffled_TakesEveryImageOnce_InAnotherOrderEachEpoch()
    {
        var sampler = new BatchSampler(new int[50], 8, balanced: false, seed: 3);

        int[] first = [.. sampler.NextEpoch().SelectMany(batch => batch)];
        int[] second = [.. sampler.NextEpoch().SelectMany(batch => batch)];

        Assert.Equal(Enumerable.Range(0, 50), first.Order());
        Assert.Equal(Enumerable.Range(0, 50), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Balanced_DrawsEveryClassThatOccursEquallyOften_AndUsesAllImagesOfRareClasses()
    {
        int[] labels = [.. Enumerable.Repeat(0, 24), .. Enumerable.Repeat(2, 4), .. Enumerable.Repeat(3, 2)];
        var sampler = new BatchSampler(labels, 8, balanced: true, seed: 3);

        int[] epoch = [.. sampler.NextEpoch().SelectMany(batch => batch)];

        Assert.Equal([10, 10, 10], new[] { 0, 2, 3 }.Select(c => epoch.Count(image => labels[image] == c)));
        Assert.Equal([2, 2, 3, 3], new[] { 24, 25, 26, 27 }.Select(image => epoch.Count(i => i == image)).Order());
        Assert.Equal([5, 5], new[] { 28, 29 }.Select(image => epoch.Count(i => i == image)));
        Assert.Equal(10, epoch.Where(image => labels[image] == 0).Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EqualSeeds_GiveEqualEpochs_OtherSeedsOthers(bool balanced)
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 3)];

        int[] Epoch(int seed) => [.. new BatchSampler(labels, 8, balanced, seed).NextEpoch().SelectMany(batch => batch)];

        Assert.Equal(Epoch(5), Epoch(5));
        Assert.NotEqual(Epoch(5), Epoch(6));
    }
}
