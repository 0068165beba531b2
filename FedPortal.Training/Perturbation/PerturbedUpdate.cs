using FedPortal.Training.Accounting;
using FedPortal.Training.Models;

namespace FedPortal.Training.Perturbation;

/// <summary>
/// One institution's update after clipping, rounding and noise: the only form of an update that encryption takes. Its constructor is internal
/// so that it can only come from the perturbation of a <see cref="Learning.ModelUpdate"/>; leaving the noise out is a compile error elsewhere.
/// </summary>
public sealed class PerturbedUpdate
{
    internal PerturbedUpdate(ModelLayout layout, int[] lattice, double scale, long sampleCount, ReleaseParameters release)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        if (lattice.Length != layout.ValueCount)
        {
            throw new ArgumentException($"Expected {layout.ValueCount} values but got {lattice.Length}.", nameof(lattice));
        }

        Layout = layout;
        Lattice = lattice;
        Scale = scale;
        SampleCount = sampleCount;
        Release = release;
    }

    public ModelLayout Layout { get; }

    /// <summary>The noisy values as integers: what is added up under encryption.</summary>
    public ReadOnlyMemory<int> Lattice { get; }

    /// <summary>Lattice units for one: a value of the update is its integer divided by this.</summary>
    public double Scale { get; }

    /// <summary>Number of training images behind the update.</summary>
    public long SampleCount { get; }

    /// <summary>What was done, in the numbers that the ledger keeps and the accountant charges.</summary>
    public ReleaseParameters Release { get; }

    /// <summary>The noisy update as real numbers.</summary>
    public void CopyDifferenceTo(Span<float> destination)
    {
        ReadOnlySpan<int> lattice = Lattice.Span;
        for (int i = 0; i < lattice.Length; i++)
        {
            destination[i] = (float)(lattice[i] / Scale);
        }
    }
}
