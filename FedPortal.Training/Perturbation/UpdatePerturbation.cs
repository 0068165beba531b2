using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;

namespace FedPortal.Training.Perturbation;

/// <summary>Clips, rounds and adds one institution's share of the noise.</summary>
public sealed class UpdatePerturbation
{
    private readonly LatticeNoise _noise;
    private readonly string _mechanism;
    private readonly Action<RandomWords, int[]> _addNoise;

    /// <param name="noise">The study's noise; its shares say how much of it this institution adds.</param>
    /// <param name="mechanism"><see cref="MechanismNames.Skellam"/>, <see cref="MechanismNames.DiscreteGaussian"/> or <see cref="MechanismNames.OffsetPoisson"/>.</param>
    public UpdatePerturbation(LatticeNoise noise, string mechanism = MechanismNames.Skellam)
    {
        _noise = noise;
        _mechanism = mechanism;
        _addNoise = NoiseOf(noise, mechanism);
    }

    /// <returns>What adds one institution's share of the noise to rounded, weighted values.</returns>
    internal static Action<RandomWords, int[]> NoiseOf(LatticeNoise noise, string mechanism) => mechanism switch
    {
        MechanismNames.Skellam => FromTable(NoiseTable.Skellam(noise.LocalVariance), noise),
        MechanismNames.DiscreteGaussian => FromTable(NoiseTable.DiscreteGaussian(noise.LocalVariance), noise),

        // The least rate L − B is what is charged for, so the offset lies above it by the largest value there can be.
        MechanismNames.OffsetPoisson => new OffsetPoissonChannel(Math.Ceiling(noise.LocalVariance + noise.L2), noise.L2).SendAll,
        _ => throw new ArgumentException($"Expected skellam, discrete-gaussian or offset-poisson but got '{mechanism}'.", nameof(mechanism)),
    };

    /// <summary>Uses randomness from the operating system.</summary>
    public PerturbedUpdate Perturb(ModelUpdate update)
    {
        using RandomWords words = RandomWords.FromOperatingSystem();
        return Perturb(update, words);
    }

    internal PerturbedUpdate Perturb(ModelUpdate update, RandomWords words)
    {
        if (update.Layout.ValueCount != _noise.Dimension)
        {
            throw new ArgumentException($"Expected {_noise.Dimension} values but the update has {update.Layout.ValueCount}.", nameof(update));
        }

        ReadOnlySpan<float> values = update.Difference.Span;
        int[] lattice = new int[values.Length];
        double factor = _noise.Scale * Clipping.Factor(values, _noise.ClippingNorm);
        LatticeRounding.Round(values, factor, _noise.RoundedL2, words, lattice);
        _addNoise(words, lattice);
        return new PerturbedUpdate(update.Layout, lattice, _noise.Scale, update.SampleCount, _noise.Release(_mechanism));
    }

    private static Action<RandomWords, int[]> FromTable(NoiseTable table, LatticeNoise noise) => noise.L2 + table.Bound < int.MaxValue
        ? (words, values) => table.AddTo(words, values)
        : throw new ArgumentException($"Expected values below 2^31 but {noise.L2:f0} and noise up to {table.Bound} do not fit; lower the scale.");
}
