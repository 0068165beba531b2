using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Datasets;

public sealed class DatasetSplitterTests
{
    [Fact]
    public void NoPatient_IsOnBothSides_AndClassesKeepTheirShares()
    {
        ImportedDataset dataset = Dataset(600, patients: 150);

        DatasetSplitRecord split = DatasetSplitter.Split(dataset, 0.2, seed: 7);

        Assert.Empty(PatientsOf(dataset, split.Train).Intersect(PatientsOf(dataset, split.Holdout)));
        Assert.Equal(Enumerable.Range(0, 600), split.Train.Concat(split.Holdout).Order());
        foreach (string label in dataset.Classes)
        {
            double share = (double)split.Holdout.Count(i => dataset.Items[i].Label == label) / dataset.Items.Count(item => item.Label == label);
            Assert.InRange(share, 0.17, 0.23);
        }

        Assert.Equal((PatientsOf(dataset, Enumerable.Range(0, 600)).Count(), 0), (split.PatientCount, split.WithoutPatient));
    }

    [Fact]
    public void TheSeedDecides_AndTheRecordSaysWhatCameOut()
    {
        ImportedDataset dataset = Dataset(200, patients: 0);

        DatasetSplitRecord first = DatasetSplitter.Split(dataset, 0.25, seed: 1);
        DatasetSplitRecord again = DatasetSplitter.Split(dataset, 0.25, seed: 1);
        DatasetSplitRecord other = DatasetSplitter.Split(dataset, 0.25, seed: 2);

        Assert.Equal(first.Hash, again.Hash);
        Assert.Equal(first.Holdout, again.Holdout);
        Assert.NotEqual(first.Hash, other.Hash);
        Assert.Equal(50, first.Holdout.Count);
        Assert.Equal((0, 200), (first.PatientCount, first.WithoutPatient));
    }

    [Fact]
    public void IdenticalImages_StayTogether()
    {
        DatasetItem[] items = [.. Dataset(100, patients: 0).Items];
        items[99] = items[0];

        for (int seed = 0; seed < 20; seed++)
        {
            DatasetSplitRecord split = DatasetSplitter.Split(new ImportedDataset(items, [], []), 0.3, seed);
            Assert.Equal(split.Holdout.Contains(0), split.Holdout.Contains(99));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AShareThatLeavesASideEmpty_IsRefused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DatasetSplitter.Split(Dataset(10, 0), share, 1));

    private static IEnumerable<string?> PatientsOf(ImportedDataset dataset, IEnumerable<int> indices) => indices.Select(i => dataset.Items[i].PatientKey).Distinct();

    private static ImportedDataset Dataset(int count, int patients)
    {
        var facts = new ImageFacts("png", 8, 0, []);
        var random = new Random(1);
        return new ImportedDataset(
            [
                .. Enumerable.Range(0, count).Select(i =>
                {
                    int patient = patients > 0 ? random.Next(patients) : i;
                    string label = new[] { "a", "b", "b", "c", "c", "c" }[patient % 6];
                    return new DatasetItem($"{i:x64}", "", label, patients > 0 ? $"p{patient}" : null, null) { Facts = facts };
                }),
            ],
            [],
            []);
    }
}
