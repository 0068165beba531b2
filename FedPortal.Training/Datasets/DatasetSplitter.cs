using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using FedPortal.Training.Datasets.Phantoms;

namespace FedPortal.Training.Datasets;

/// <summary>How a data set was divided, for the record: the same data set, seed and share always give the same division.</summary>
/// <param name="Seed">Seed of the shuffle.</param>
/// <param name="HoldoutShare">Asked share of the hold-out, 0…1; what came out differs where patients cannot be divided.</param>
/// <param name="Train">Indices of training images, ascending.</param>
/// <param name="Holdout">Indices of hold-out images, ascending.</param>
/// <param name="PatientCount">Known patients; none of them is on both sides.</param>
/// <param name="WithoutPatient">Images whose patient is not known: each was moved on its own.</param>
/// <param name="IsGiven">The manifest named the division; seed and share are then without meaning.</param>
public sealed record DatasetSplitRecord(
    int Seed, double HoldoutShare, IReadOnlyList<int> Train, IReadOnlyList<int> Holdout, int PatientCount, int WithoutPatient, bool IsGiven)
{
    /// <summary>SHA-256, lower-case hex, over the image ids in order with their sides.</summary>
    public required string Hash { get; init; }

    [JsonIgnore]
    public int Count => Train.Count + Holdout.Count;
}

/// <summary>
/// Divides a data set into training and hold-out. All images of a patient, and identical images, stay together; classes keep their shares as far as that allows.
/// </summary>
public static class DatasetSplitter
{
    public static DatasetSplitRecord Split(ImportedDataset dataset, double holdoutShare, int seed) =>
        Split([.. dataset.Items.Select(item => new Candidate(item.Id, item.Label, item.PatientKey, item.Split))], holdoutShare, seed);

    /// <summary>The classes of a prepared data set are stratified by their numbers; the division is the same as for the imported one.</summary>
    public static DatasetSplitRecord Split(PreparedDataset dataset, double holdoutShare, int seed) => Split(CandidatesOf(dataset), holdoutShare, seed);

    /// <summary>The division that the manifest gave. Null if it does not give one for every image.</summary>
    /// <exception cref="DatasetRefusedException">The manifest puts a patient on both sides.</exception>
    public static DatasetSplitRecord? Given(PreparedDataset dataset)
    {
        Candidate[] items = CandidatesOf(dataset);
        if (items.Any(item => item.Split is null))
        {
            return null;
        }

        int torn = items.Where(item => item.PatientKey is not null).GroupBy(item => item.PatientKey).Count(group => group.Select(item => item.Split).Distinct().Count() > 1);
        return torn == 0
            ? Record(items, [.. items.Select(item => item.Split == DatasetSplit.Holdout)], 0, 0, isGiven: true)
            : throw new DatasetRefusedException($"The manifest puts {torn} patients on both sides of the split.");
    }

    private static Candidate[] CandidatesOf(PreparedDataset dataset) =>
        [.. Enumerable.Range(0, dataset.Count).Select(i => new Candidate(dataset.ImageId(i), dataset.Classes[dataset.Label(i)], dataset.PatientKey(i), dataset.Split(i)))];

    private static DatasetSplitRecord Split(Candidate[] items, double holdoutShare, int seed)
    {
        if (holdoutShare is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(holdoutShare), holdoutShare, "Expected a share between 0 and 1.");
        }

        int[][] groups = GroupsOf(items);
        new SeededRandom((ulong)(uint)seed).Shuffle(groups.AsSpan());
        string[] labels = [.. items.Select(item => item.Label).Distinct().Order(StringComparer.Ordinal)];
        double[] missing = [.. labels.Select(label => holdoutShare * items.Count(item => item.Label == label))];
        bool[] isHoldout = new bool[items.Length];

        // Large families first: small ones can then fill what is missing exactly.
        foreach (int[] group in groups.OrderByDescending(group => group.Length))
        {
            int[] counts = [.. labels.Select(label => group.Count(index => items[index].Label == label))];
            double before = missing.Sum(value => value * value);
            double after = missing.Zip(counts, (value, count) => (value - count) * (value - count)).Sum();
            if (after < before)
            {
                missing = [.. missing.Zip(counts, (value, count) => value - count)];
                Array.ForEach(group, index => isHoldout[index] = true);
            }
        }

        return Record(items, isHoldout, holdoutShare, seed, isGiven: false);
    }

    // Indices of images that belong together, by patient or by identical pixels.
    private static int[][] GroupsOf(Candidate[] items)
    {
        int[] parent = [.. Enumerable.Range(0, items.Length)];
        int Root(int index)
        {
            while (parent[index] != index)
            {
                index = parent[index] = parent[parent[index]];
            }

            return index;
        }

        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < items.Length; i++)
        {
            string?[] ties = [$"image {items[i].Id}", items[i].PatientKey is { } key ? $"patient {key}" : null];
            foreach (string tie in ties.OfType<string>())
            {
                parent[Root(i)] = Root(first.TryGetValue(tie, out int other) ? other : first[tie] = i);
            }
        }

        return [.. Enumerable.Range(0, items.Length).GroupBy(Root).Select(group => group.ToArray())];
    }

    private static DatasetSplitRecord Record(Candidate[] items, bool[] isHoldout, double holdoutShare, int seed, bool isGiven)
    {
        var text = new StringBuilder("fedportal-split-1\n");
        for (int i = 0; i < items.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{items[i].Id} {(isHoldout[i] ? 'h' : 't')}\n");
        }

        int[] all = [.. Enumerable.Range(0, items.Length)];
        return new DatasetSplitRecord(
            seed,
            holdoutShare,
            [.. all.Where(i => !isHoldout[i])],
            [.. all.Where(i => isHoldout[i])],
            items.Select(item => item.PatientKey).OfType<string>().Distinct().Count(),
            items.Count(item => item.PatientKey is null),
            isGiven)
        {
            Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))),
        };
    }

    private sealed record Candidate(string Id, string Label, string? PatientKey, DatasetSplit? Split);
}
