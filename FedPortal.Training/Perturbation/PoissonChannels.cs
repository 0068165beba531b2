namespace FedPortal.Training.Perturbation;

/// <summary>The offset-Poisson channel on lattice values: x becomes Poisson(L + x) − L, for |x| ≤ B &lt; L.</summary>
public sealed class OffsetPoissonChannel
{
    public OffsetPoissonChannel(double offset, double bound)
    {
        if (!(bound >= 0 && bound < offset && offset <= PoissonSampler.MaxRate / 2))
        {
            throw new ArgumentException($"Expected 0 ≤ B < L ≤ 2^49 but got B = {bound} and L = {offset}.");
        }

        Offset = Math.Floor(offset);
        Bound = bound;
    }

    /// <summary>L, a whole number.</summary>
    public double Offset { get; }

    /// <summary>B.</summary>
    public double Bound { get; }

    /// <summary>The least rate of any coordinate, L − B: what the accountant needs.</summary>
    public double LeastRate => Offset - Bound;

    internal void SendAll(RandomWords words, int[] values) => Send(words, values);

    /// <summary>Sends every value through the channel, in place.</summary>
    /// <exception cref="ArgumentException">A value is above B; nothing was changed.</exception>
    public void Send(RandomWords words, Span<int> values)
    {
        foreach (int value in values)
        {
            if (Math.Abs((double)value) > Bound)
            {
                throw new ArgumentException($"Expected values up to {Bound} in size but got {value}.", nameof(values));
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = checked((int)(PoissonSampler.Sample(words, Offset + values[i]) - (long)Offset));
        }
    }
}

/// <summary>Poisson noise minus its mean on lattice values: x becomes x + Poisson(λ) − λ with a whole λ. It has an (ε, δ) for one release only.</summary>
public sealed class CentredPoissonLatticeNoise(int rate)
{
    public int Rate { get; } = rate > 0 ? rate : throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a rate of at least 1.");

    public void AddTo(RandomWords words, Span<int> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = checked((int)(values[i] + PoissonSampler.Sample(words, Rate) - Rate));
        }
    }
}
