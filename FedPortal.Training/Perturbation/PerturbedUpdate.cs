using FedPortal.Training.Accounting;
using FedPortal.Training.Models;
using FedPortal.Training.Screening;

namespace FedPortal.Training.Perturbation;

/// <summary>
/// One institution's update after clipping, rounding and noise: the only form of an update that encryption takes. Its constructor is internal
/// so that it can only come from the perturbation of a <see cref="Learning.ModelUpdate"/>; leaving the noise out is a compile error elsewhere.
/// A study without noise goes the same way: its release is called <see cref="MechanismNames.None"/> and claims no privacy from noise.
/// </summary>
public sealed class PerturbedUpdate
{
    internal PerturbedUpdate(ModelLayout layout, int[] lattice, double scale, long sampleCount, ReleaseParameters release)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        if (lattice.Length != release.Dimension)
        {
            throw new ArgumentException($"Expected {release.Dimension} values but got {lattice.Length}.", nameof(lattice));
        }

        Layout = layout;
        Lattice = lattice;
        Scale = scale;
        SampleCount = sampleCount;
        Release = release;
    }

    public ModelLayout Layout { get; }

    /// <summary>The noisy, weighted values as integers: what is added up under encryption. As many as travel, see <see cref="Compression.UpdateShape"/>.</summary>
    public ReadOnlyMemory<int> Lattice { get; }

    /// <summary>Lattice units for one: a travelling value is its integer divided by this and by the weight.</summary>
    public double Scale { get; }

    /// <summary>The whole number that the rounded values were multiplied with before the noise.</summary>
    public int Weight { get; internal init; } = 1;

    /// <summary>Number of training images behind the update.</summary>
    public long SampleCount { get; }

    /// <summary>What was done, in the numbers that the ledger keeps and the accountant charges.</summary>
    public ReleaseParameters Release { get; }

    /// <summary>The sketch that the round is screened by; null where the study has none.</summary>
    public UpdateSketch? Sketch { get; internal init; }

    /// <summary>The sketch as a release of its own; null where the study has none.</summary>
    public ReleaseParameters? SketchRelease { get; internal init; }

    /// <summary>The noisy travelling values as real numbers.</summary>
    public void CopyDifferenceTo(Span<float> destination)
    {
        ReadOnlySpan<int> lattice = Lattice.Span;
        for (int i = 0; i < lattice.Length; i++)
        {
            destination[i] = (float)(lattice[i] / (Scale * Weight));
        }
    }
}
