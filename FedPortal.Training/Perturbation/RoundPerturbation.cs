using FedPortal.Training.Learning;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;

namespace FedPortal.Training.Perturbation;

/// <summary>One institution's perturbation in one round: choose what travels, clip, round, weight, add noise, and sketch the result.</summary>
/// <remarks>The sketch of the rounded vector is bounded as well: an update whose sketch would be longer than charged is shortened until it is not.</remarks>
public sealed class RoundPerturbation
{
    private const int MaxShortenings = 8;

    private readonly RoundProtection _protection;
    private readonly SketchProjection? _projection;
    private readonly int _weight;
    private readonly Action<RandomWords, int[]>? _addNoise;
    private readonly NoiseTable? _sketchNoise;

    internal RoundPerturbation(RoundProtection protection, SketchProjection? projection, int weight)
    {
        _protection = protection;
        _projection = projection;
        _weight = weight;
        _addNoise = protection.Privacy.HasNoise ? UpdatePerturbation.NoiseOf(protection.Noise, protection.Privacy.Mechanism) : null;
        _sketchNoise = projection is not null && protection.SketchVariance > 0 ? NoiseTable.Skellam(protection.SketchVariance) : null;
    }

    /// <summary>Uses randomness from the operating system.</summary>
    /// <param name="update">Of the round's layout.</param>
    /// <param name="threads">How many cores to use.</param>
    /// <exception cref="ArgumentException">Another layout, or a value that is not finite.</exception>
    /// <exception cref="InvalidOperationException">No rounding within the declared bounds was found; nothing leaves.</exception>
    public PerturbedUpdate Perturb(ModelUpdate update, int threads = 1)
    {
        using RandomWords words = RandomWords.FromOperatingSystem();
        return Perturb(update, words, threads);
    }

    internal PerturbedUpdate Perturb(ModelUpdate update, RandomWords words, int threads = 1)
    {
        float[] travelling = Travelling(update);
        double clip = Clipping.Factor(travelling, _protection.Noise.ClippingNorm);
        return Finish(update, Rounded(travelling, clip, words, threads), words, threads);
    }

    /// <summary>What a dishonest institution could send, for simulations: no bound but what its lanes hold. What it says of its release is a lie.</summary>
    internal PerturbedUpdate PerturbUnbounded(ModelUpdate update, int threads = 1)
    {
        using RandomWords words = RandomWords.FromOperatingSystem();
        float[] travelling = Travelling(update);
        int[] lattice = new int[travelling.Length];
        LatticeRounding.Round(travelling, _protection.Scale, int.MaxValue - 1, words, lattice, _protection.LargestLevel);
        return Finish(update, lattice, words, threads);
    }

    private float[] Travelling(ModelUpdate update)
    {
        if (update.Layout.Hash != _protection.Shape.Layout.Hash)
        {
            throw new ArgumentException($"Expected layout {_protection.Shape.Layout.Hash} but the update has {update.Layout.Hash}.", nameof(update));
        }

        float[] travelling = new float[_protection.Shape.Dimension];
        _protection.Shape.Encode(update.Difference.Span, travelling);
        return travelling;
    }

    /// <summary>Weight, noise and sketch for a rounded vector.</summary>
    private PerturbedUpdate Finish(ModelUpdate update, int[] lattice, RandomWords words, int threads)
    {
        for (int i = 0; i < lattice.Length && _weight > 1; i++)
        {
            lattice[i] *= _weight;
        }

        _addNoise?.Invoke(words, lattice);
        return new PerturbedUpdate(update.Layout, lattice, _protection.Scale, update.SampleCount, _protection.UpdateRelease)
        {
            Weight = _weight,
            Sketch = SketchOf(lattice, words, threads),
            SketchRelease = _protection.SketchRelease,
        };
    }

    private int[] Rounded(float[] travelling, double clip, RandomWords words, int threads)
    {
        int[] lattice = new int[travelling.Length];
        double factor = _protection.Scale * clip;
        for (int shortening = 0; shortening < MaxShortenings; shortening++)
        {
            LatticeRounding.Round(travelling, factor, _protection.Noise.RoundedL2, words, lattice, _protection.LargestLevel);
            double norm = _projection is null ? 0 : Math.Sqrt(new UpdateSketch(_projection.Apply(lattice, threads)).SquareNorm);
            if (norm <= _protection.SketchL2)
            {
                return lattice;
            }

            factor *= 0.999 * _protection.SketchL2 / norm;
        }

        throw new InvalidOperationException($"The sketch stayed longer than the bound {_protection.SketchL2:f0}; the update leaves nothing.");
    }

    private UpdateSketch? SketchOf(int[] lattice, RandomWords words, int threads)
    {
        if (_projection is null)
        {
            return null;
        }

        long[] sketch = _projection.Apply(lattice, threads);
        int[] noise = new int[sketch.Length];
        _sketchNoise?.AddTo(words, noise);
        for (int i = 0; i < sketch.Length; i++)
        {
            sketch[i] += noise[i];
        }

        return new UpdateSketch(sketch);
    }
}
