namespace FedPortal.Training.Attacks.Inversion;

/// <summary>One attempt to get an image back from one gradient.</summary>
/// <param name="NoiseMultiplier">z: standard deviation of the noise on every value, divided by the gradient's norm.</param>
/// <param name="PeakSignalToNoise">In decibels, for pixels in [0, 1]; above about 20 a person recognises the image.</param>
/// <param name="Iterations">Of L-BFGS, over all restarts.</param>
/// <param name="Image">32 × 32, row-major, in [0, 1].</param>
public sealed record InversionResult(double NoiseMultiplier, double PeakSignalToNoise, int Iterations, IReadOnlyList<float> Image);

/// <summary>
/// Gradient inversion (Zhu, Liu, Han 2019) of one image from one update of a small network: what whoever opens a single update without noise would see.
/// It is offered for this network only: for a ResNet-50 at full size it takes days. That it fails is no evidence of privacy.
/// </summary>
public sealed class GradientInversion
{
    public const int ImageSize = InversionNetwork.ImageSize;
    private const int Iterations = 400;
    private const int Restarts = 3;
    private readonly InversionNetwork _network;
    private readonly double[] _weights;
    private readonly int _seed;

    /// <param name="classes">At least 2.</param>
    /// <param name="seed">Of weights, noise and starting images.</param>
    public GradientInversion(int classes, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        _network = new InversionNetwork(classes);
        _weights = _network.FreshWeights(new Random(seed));
        _seed = seed;
    }

    /// <param name="image">32 × 32, row-major, in [0, 1].</param>
    /// <param name="label">Known to the attacker: the last layer's gradient gives it away (Zhao, Mopuri, Bilen 2020).</param>
    /// <param name="noiseMultiplier">At least 0.</param>
    /// <param name="progress">Told every ten iterations, on the calling thread.</param>
    /// <param name="cancellationToken">Looked at after every iteration.</param>
    public InversionResult Run(ReadOnlySpan<float> image, int label, double noiseMultiplier, IProgress<AttackProgress>? progress, CancellationToken cancellationToken)
    {
        if (image.Length != InversionNetwork.PixelCount)
        {
            throw new ArgumentException($"Expected {InversionNetwork.PixelCount} pixels but got {image.Length}.", nameof(image));
        }

        double[] truth = new double[image.Length];
        for (int i = 0; i < truth.Length; i++)
        {
            truth[i] = image[i];
        }

        double[] seen = WithNoise(_network.Gradients(_weights, truth, label).Weights, noiseMultiplier);
        (double Residual, double[] Pixels) best = (double.PositiveInfinity, []);
        int made = 0;
        for (int restart = 0; restart < Restarts && best.Residual > 1e-10; restart++)
        {
            var random = new Random(Learning.Seeds.Mix(_seed, restart, 7));
            double[] guess = [.. Enumerable.Range(0, truth.Length).Select(_ => random.NextDouble())];
            double residual = LimitedMemoryMinimizer.Minimize(point => Mismatch(point, label, seen), guess, Iterations, (iteration, value) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                made++;
                if (iteration % 10 == 0)
                {
                    progress?.Report(new AttackProgress("inverting the gradient", (restart * Iterations) + iteration, Restarts * Iterations));
                }

                return value > 1e-16;
            });
            best = residual < best.Residual ? (residual, guess) : best;
        }

        double[] recovered = [.. best.Pixels.Select(pixel => Math.Clamp(pixel, 0, 1))];
        return new InversionResult(noiseMultiplier, PeakSignalToNoise(truth, recovered), made, [.. recovered.Select(pixel => (float)pixel)]);
    }

    private double[] WithNoise(double[] gradient, double noiseMultiplier)
    {
        var random = new Random(Learning.Seeds.Mix(_seed, 11));
        double spread = noiseMultiplier * Math.Sqrt(gradient.Sum(value => value * value));
        return [.. gradient.Select(value => value + (spread * Normal(random)))];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>
    /// Half the squared distance of gradients, relative to the one seen, and its derivative by the pixels. The second derivatives that it needs are a
    /// derivative along the difference v of the gradients: ∂/∂x ⟨∂L/∂w, v⟩ = d/dt ∂L/∂x at w + t·v, taken as a central difference in double precision.
    /// </summary>
    private (double Value, double[] Gradient) Mismatch(double[] pixels, int label, double[] seen)
    {
        const double Step = 1e-5;
        double[] difference = _network.Gradients(_weights, pixels, label).Weights;
        double scale = seen.Sum(value => value * value);
        double square = 0;
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] -= seen[i];
            square += difference[i] * difference[i];
        }

        double along = Step / Math.Max(Math.Sqrt(square), 1e-150);
        double[] ahead = _network.Gradients(Moved(difference, along), pixels, label).Pixels;
        double[] behind = _network.Gradients(Moved(difference, -along), pixels, label).Pixels;
        return (square / 2 / scale, [.. ahead.Select((value, i) => (value - behind[i]) / (2 * along) / scale)]);
    }

    private double[] Moved(double[] direction, double times) => [.. _weights.Select((weight, i) => weight + (times * direction[i]))];

    private static double PeakSignalToNoise(double[] truth, double[] recovered)
    {
        double mean = truth.Select((value, i) => (value - recovered[i]) * (value - recovered[i])).Average();
        return -10 * Math.Log10(Math.Max(mean, 1e-20));
    }
}
