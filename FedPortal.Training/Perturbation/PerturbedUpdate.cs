using FedPortal.Training.Models;

namespace FedPortal.Training.Perturbation;

/// <summary>
/// One institution's update after clipping and noise: the only form of an update that encryption takes. Its constructor is internal so that
/// it can only come from the perturbation of a <see cref="Learning.ModelUpdate"/>; leaving the noise out is a compile error elsewhere.
/// </summary>
public sealed class PerturbedUpdate
{
    internal PerturbedUpdate(ModelLayout layout, float[] difference, long sampleCount)
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

    /// <summary>Number of training images behind the update.</summary>
    public long SampleCount { get; }
}
