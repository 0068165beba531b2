using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;

namespace FedPortal.Training.Perturbation;

/// <summary>Clips, rounds and adds one institution's share of the noise.</summary>
public sealed class UpdatePerturbation
{
    private readonly LatticeNoise _noise;
    private readonly NoiseTable _table;
    private readonly string _mechanism;

    /// <param name="noise">The study's noise; its shares say how much of it this institution adds.</param>
    /// <param name="mechanism"><see cref="MechanismNames.Skellam"/> or <see cref="MechanismNames.DiscreteGaussian"/>.</param>
    public UpdatePerturbation(LatticeNoise noise, string mechanism = MechanismNames.Skellam)
    {
        _noise = noise;
        _mechanism = mechanism;
        _table = mechanism switch
        {
            MechanismNames.Skellam => NoiseTable.Skellam(noise.LocalVariance),
            MechanismNames.DiscreteGaussian => NoiseTable.DiscreteGaussian(noise.LocalVariance),
            _ => throw new ArgumentException($"Expected skellam or discrete-gaussian but got '{mechanism}'.", nameof(mechanism)),
        };
        if (noise.L2 + _table.Bound >= int.MaxValue)
        {
            throw new ArgumentException($"Expected values below 2^31 but {noise.L2:f0} and noise up to {_table.Bound} do not fit; lower the scale.", nameof(noise));
        }
    }

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
        LatticeRounding.Round(values, factor, _noise.L2, words, lattice);
        _table.AddTo(words, lattice);
        return new PerturbedUpdate(update.Layout, lattice, _noise.Scale, update.SampleCount, _noise.Release(_mechanism));
    }
}
