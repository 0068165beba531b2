using FedPortal.Training.Models;

namespace FedPortal.Training.Aggregation;

/// <summary>The weighted mean of the accepted updates of one round, in the clear: all that the server optimiser may see.</summary>
public sealed class AggregatedUpdate
{
    public AggregatedUpdate(ModelLayout layout, float[] difference, long sampleCount, int contributorCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contributorCount, 1);
        if (difference.Length != layout.ValueCount)
        {
            throw new ArgumentException($"Expected {layout.ValueCount} values but got {difference.Length}.", nameof(difference));
        }

        Layout = layout;
        Difference = difference;
        SampleCount = sampleCount;
        ContributorCount = contributorCount;
    }

    public ModelLayout Layout { get; }

    public ReadOnlyMemory<float> Difference { get; }

    /// <summary>Training images behind all contributions.</summary>
    public long SampleCount { get; }

    public int ContributorCount { get; }
}
