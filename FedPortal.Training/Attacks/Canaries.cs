using FedPortal.Training.Datasets;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Training.Attacks;

/// <summary>Makes the patients that a shadow run may remember. They are put behind the real units of a pool, and never into a study.</summary>
public static class Canaries
{
    /// <summary>For heads: a direction of its own for each canary, of length 1 as every projected image, with a label at random.</summary>
    /// <param name="real">The units that always take part.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="seed">Of directions and labels.</param>
    /// <returns>All units; the canaries are the last <paramref name="count"/> patients.</returns>
    public static FeatureSet Behind(FeatureSet real, int count, int seed)
    {
        ArgumentNullException.ThrowIfNull(real);
        var random = new Random(seed);
        float[] features = new float[count * real.Dimension];
        for (int canary = 0; canary < count; canary++)
        {
            Direction(random, features.AsSpan(canary * real.Dimension, real.Dimension));
        }

        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(real.ClassCount))];

        // Patients are in ordinal order of their keys.
        return new FeatureSet(
            real.Dimension,
            real.ClassCount,
            [.. real.Values.ToArray(), .. features],
            [.. real.Labels, .. labels],
            [.. real.PatientKeys.Select(key => $"0 {key}"), .. Enumerable.Range(0, count).Select(canary => FormattableString.Invariant($"1 canary {canary:D6}"))]);
    }

    /// <summary>For networks: images of the pool that carry a wrong label and are taken out of its real units.</summary>
    /// <param name="data">At least twice as many images as canaries.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="seed">Which images, and which wrong label.</param>
    /// <returns>The real images, and the canaries.</returns>
    public static (PreparedDataset Real, PreparedDataset Canaries) Among(PreparedDataset data, int count, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count < 2 * count)
        {
            throw new ArgumentException($"Expected at least {2 * count} images for {count} canaries but got {data.Count}.", nameof(data));
        }

        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        random.Shuffle(order);
        PreparedDataset canaries = data.Subset(order[..count]).Mislabelled(label => (label + 1 + random.Next(data.Classes.Count - 1)) % data.Classes.Count);

        // A patient of whom one image is a canary takes no part with the others.
        HashSet<string> patients = [.. order[..count].Select(data.PatientKey).OfType<string>()];
        int[] real = [.. order[count..].Where(image => data.PatientKey(image) is not { } patient || !patients.Contains(patient)).Order()];
        return (data.Subset(real), canaries);
    }

    private static void Direction(Random random, Span<float> direction)
    {
        double square = 0;
        foreach (ref float value in direction)
        {
            value = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            square += value * value;
        }

        foreach (ref float value in direction)
        {
            value /= (float)Math.Sqrt(square);
        }
    }
}
