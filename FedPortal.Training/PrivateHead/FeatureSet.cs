namespace FedPortal.Training.PrivateHead;

/// <summary>Images as feature vectors, with labels and patients: all that training a head needs. It holds what one institution keeps for itself.</summary>
public sealed class FeatureSet
{
    private readonly float[] _features;
    private readonly int[] _labels;
    private readonly string[] _patientKeys;
    private readonly (string Key, int[] Images)[] _patients;

    /// <param name="dimension">Values of one vector.</param>
    /// <param name="classCount">At least 2.</param>
    /// <param name="features">Image × dimension, row-major, all finite.</param>
    /// <param name="labels">Class number of each image.</param>
    /// <param name="patientKeys">The patient of each image; equal keys are one patient, however many images there are.</param>
    public FeatureSet(int dimension, int classCount, float[] features, int[] labels, IReadOnlyList<string> patientKeys)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        if (features.LongLength != (long)labels.Length * dimension || patientKeys.Count != labels.Length)
        {
            throw new ArgumentException(
                $"Expected {(long)labels.Length * dimension} values and {labels.Length} patient keys for {labels.Length} images but got {features.Length} and {patientKeys.Count}.",
                nameof(features));
        }

        int bad = Array.FindIndex(labels, label => label < 0 || label >= classCount);
        if (bad >= 0)
        {
            throw new ArgumentException($"Label {labels[bad]} of image {bad} is not one of {classCount} classes.", nameof(labels));
        }

        int broken = Array.FindIndex(features, value => !float.IsFinite(value));
        if (broken >= 0)
        {
            throw new ArgumentException($"Expected finite features but value {broken % dimension} of image {broken / dimension} is {features[broken]}.", nameof(features));
        }

        Dimension = dimension;
        ClassCount = classCount;
        _features = features;
        _labels = labels;
        _patientKeys = [.. patientKeys];
        _patients = [.. Enumerable.Range(0, labels.Length)
            .GroupBy(image => _patientKeys[image], StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.ToArray()))];
    }

    /// <summary>Images.</summary>
    public int Count => _labels.Length;

    public int Dimension { get; }

    public int ClassCount { get; }

    public IReadOnlyList<int> Labels => _labels;

    public IReadOnlyList<string> PatientKeys => _patientKeys;

    /// <summary>Every patient once, with the numbers of the images; in ordinal order of the keys.</summary>
    public IReadOnlyList<(string Key, int[] Images)> Patients => _patients;

    /// <summary>The vector of one image.</summary>
    public ReadOnlySpan<float> Of(int image) => _features.AsSpan(image * Dimension, Dimension);

    /// <summary>All vectors, image by image.</summary>
    public ReadOnlyMemory<float> Values => _features;

    /// <returns>Some of the images, in the given order.</returns>
    public FeatureSet Subset(IReadOnlyList<int> images)
    {
        float[] features = new float[images.Count * Dimension];
        for (int i = 0; i < images.Count; i++)
        {
            Of(images[i]).CopyTo(features.AsSpan(i * Dimension));
        }

        return new FeatureSet(Dimension, ClassCount, features, [.. images.Select(image => _labels[image])], [.. images.Select(image => _patientKeys[image])]);
    }

    /// <summary>The images of several sets as one. A key that occurs in two of them is one patient.</summary>
    public static FeatureSet Concat(IReadOnlyList<FeatureSet> parts)
    {
        FeatureSet first = parts[0];
        if (parts.FirstOrDefault(part => part.Dimension != first.Dimension || part.ClassCount != first.ClassCount) is { } other)
        {
            throw new ArgumentException(
                $"Expected {first.Dimension} features and {first.ClassCount} classes but got {other.Dimension} and {other.ClassCount}.", nameof(parts));
        }

        return new FeatureSet(
            first.Dimension,
            first.ClassCount,
            [.. parts.SelectMany(part => part._features)],
            [.. parts.SelectMany(part => part._labels)],
            [.. parts.SelectMany(part => part._patientKeys)]);
    }
}
