using FedPortal.Training.Accounting;

namespace FedPortal.Training.Perturbation;

/// <summary>
/// The published method taken literally, for comparison: x becomes x + (Z − λ)/s on real values. It gives no differential privacy: the
/// output lies on x + integer/s, so whoever sees it reads the fraction of every s·x. Its result cannot become a <see cref="PerturbedUpdate"/>.
/// </summary>
public sealed class CentredPoissonWithoutGuarantee(double rate, double scale)
{
    /// <summary>To be printed wherever the mechanism is named.</summary>
    public const string Label = PrivacyWording.NoGuarantee;

    public double Rate { get; } = rate;

    public double Scale { get; } = scale > 0 ? scale : throw new ArgumentOutOfRangeException(nameof(scale), scale, "Expected a scale above 0.");

    public void AddTo(RandomWords words, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += (float)((PoissonSampler.Sample(words, Rate) - Rate) / Scale);
        }
    }
}
