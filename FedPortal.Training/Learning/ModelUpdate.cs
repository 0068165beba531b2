using FedPortal.Training.Models;

namespace FedPortal.Training.Learning;

/// <summary>What one institution learned in one round: its trained model minus the global model. It must never leave the institution unprotected,
/// except under the strategy that is named plain.</summary>
public sealed class ModelUpdate
{
    public ModelUpdate(ModelLayout layout, float[] difference, long sampleCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        if (difference.Length != layout.ValueCount)
        {
            throw new ArgumentException($"Expected {layout.ValueCount} values but got {difference.Length}.", nameof(difference));
        }

        Layout = layout;
        Difference = difference;
        SampleCount = sampleCount;
    }

    public ModelLayout Layout { get; }

    public ReadOnlyMemory<float> Difference { get; }

    /// <summary>Number of training images behind the update: its weight in federated averaging.</summary>
    public long SampleCount { get; }
}
