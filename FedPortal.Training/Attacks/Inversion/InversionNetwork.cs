using FedPortal.Training.Evaluation;
using FedPortal.Training.Perturbation;

namespace FedPortal.Training.Attacks.Inversion;

/// <summary>
/// The small network of the first inversion attacks (Zhu, Liu, Han 2019): three 5×5 convolutions with sigmoids and one linear layer, in double precision,
/// for one grey image of 32 × 32. Sigmoids, because the attack needs derivatives that do not jump.
/// </summary>
internal sealed class InversionNetwork
{
    public const int ImageSize = 32;
    public const int PixelCount = ImageSize * ImageSize;
    private const int Channels = 12;

    private static readonly ConvolutionLayer[] Convolutions =
    [
        new(1, Channels, 32, Stride: 2), new(Channels, Channels, 16, Stride: 2), new(Channels, Channels, 8, Stride: 1),
    ];

    private readonly int _classes;
    private readonly int _features = Convolutions[^1].OutputCount;

    public InversionNetwork(int classes) => _classes = classes;

    public int ParameterCount => Convolutions.Sum(layer => layer.ParameterCount) + ((_features + 1) * _classes);

    /// <summary>Uniform in ±½, as the attack's authors draw them.</summary>
    public double[] FreshWeights(Random random) => [.. Enumerable.Range(0, ParameterCount).Select(_ => random.NextDouble() - 0.5)];

    /// <summary>The gradients of the cross-entropy of one image.</summary>
    /// <param name="weights">Layer by layer, weights before biases.</param>
    /// <param name="pixels">In [0, 1].</param>
    /// <param name="label">True class.</param>
    /// <returns>With respect to the weights, and with respect to the pixels.</returns>
    public (double[] Weights, double[] Pixels) Gradients(ReadOnlySpan<double> weights, double[] pixels, int label)
    {
        double[][] activations = new double[Convolutions.Length + 1][];
        activations[0] = pixels;
        int[] offsets = new int[Convolutions.Length + 1];
        for (int i = 0; i < Convolutions.Length; i++)
        {
            activations[i + 1] = Convolutions[i].Forward(activations[i], weights.Slice(offsets[i], Convolutions[i].ParameterCount));
            offsets[i + 1] = offsets[i] + Convolutions[i].ParameterCount;
        }

        double[] gradient = new double[ParameterCount];
        double[] error = Head(weights[offsets[^1]..], activations[^1], label, gradient.AsSpan(offsets[^1]));
        for (int i = Convolutions.Length - 1; i >= 0; i--)
        {
            ThroughSigmoid(error, activations[i + 1]);
            int count = Convolutions[i].ParameterCount;
            error = Convolutions[i].Backward(activations[i], error, weights.Slice(offsets[i], count), gradient.AsSpan(offsets[i], count));
        }

        return (gradient, error);
    }

    /// <summary>The linear layer with softmax and cross-entropy, forward and backward.</summary>
    private double[] Head(ReadOnlySpan<double> weights, double[] features, int label, Span<double> gradient)
    {
        Span<double> logits = stackalloc double[_classes];
        for (int c = 0; c < _classes; c++)
        {
            logits[c] = weights[(_features * _classes) + c] + VectorNorm.Dot(weights.Slice(c * _features, _features), features);
        }

        Predictions.SoftMax(logits);
        logits[label] -= 1;
        double[] error = new double[_features];
        for (int c = 0; c < _classes; c++)
        {
            gradient[(_features * _classes) + c] = logits[c];
            for (int f = 0; f < _features; f++)
            {
                gradient[(c * _features) + f] = logits[c] * features[f];
                error[f] += logits[c] * weights[(c * _features) + f];
            }
        }

        return error;
    }

    private static void ThroughSigmoid(double[] error, double[] activation)
    {
        for (int i = 0; i < error.Length; i++)
        {
            error[i] *= activation[i] * (1 - activation[i]);
        }
    }
}
