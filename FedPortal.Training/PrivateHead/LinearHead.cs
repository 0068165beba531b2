using FedPortal.Training.Evaluation;

namespace FedPortal.Training.PrivateHead;

/// <summary>Multinomial logistic regression: logits = Wx + b. Immutable.</summary>
public sealed class LinearHead
{
    private readonly float[] _values;

    /// <param name="dimension">Features of one image.</param>
    /// <param name="classCount">At least 2.</param>
    /// <param name="values">W, class × feature, then b; <see cref="ValueCount(int, int)"/> values, all finite.</param>
    public LinearHead(int dimension, int classCount, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        if (values.Length != ValueCount(dimension, classCount))
        {
            throw new ArgumentException($"Expected {ValueCount(dimension, classCount)} values but got {values.Length}.", nameof(values));
        }

        int broken = Array.FindIndex(values, value => !float.IsFinite(value));
        if (broken >= 0)
        {
            throw new ArgumentException($"Expected finite values but value {broken} is {values[broken]}; lower the learning rate.", nameof(values));
        }

        Dimension = dimension;
        ClassCount = classCount;
        _values = values;
    }

    public int Dimension { get; }

    public int ClassCount { get; }

    /// <summary>W, class × feature, then b.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>Where training starts: every class is equally likely.</summary>
    public static LinearHead Zero(int dimension, int classCount) => new(dimension, classCount, new float[ValueCount(dimension, classCount)]);

    public static int ValueCount(int dimension, int classCount) => checked((dimension + 1) * classCount);

    /// <returns>Probabilities, image × class.</returns>
    public float[] Probabilities(FeatureSet features)
    {
        ThrowIfUnfit(features);
        float[] result = new float[features.Count * ClassCount];
        Span<double> row = stackalloc double[ClassCount];
        for (int image = 0; image < features.Count; image++)
        {
            Probabilities(features.Of(image), row);
            for (int c = 0; c < ClassCount; c++)
            {
                result[(image * ClassCount) + c] = (float)row[c];
            }
        }

        return result;
    }

    /// <returns>What the head says about labelled images, ready for a report.</returns>
    public Predictions Predict(FeatureSet features, IReadOnlyList<string> classes, bool isSynthetic) =>
        new(classes, [.. features.Labels], Probabilities(features), isSynthetic);

    /// <returns>The loss of every image: minus the logarithm of its label's probability.</returns>
    public double[] Losses(FeatureSet features)
    {
        ThrowIfUnfit(features);
        double[] losses = new double[features.Count];
        Span<double> row = stackalloc double[ClassCount];
        for (int image = 0; image < losses.Length; image++)
        {
            Probabilities(features.Of(image), row);
            losses[image] = -Math.Log(Math.Max(row[features.Labels[image]], double.Epsilon));
        }

        return losses;
    }

    /// <summary>
    /// The gradient of the mean cross-entropy over one patient's images: (p − e_y) x for the weights, p − e_y for the bias. A patient with many
    /// images gives one vector, as a patient with one.
    /// </summary>
    /// <param name="features">An institution's images.</param>
    /// <param name="images">Numbers of the patient's images, at least one.</param>
    /// <param name="gradient">Receives it, in the order of <see cref="Values"/>.</param>
    public void PatientGradient(FeatureSet features, ReadOnlySpan<int> images, Span<float> gradient)
    {
        ThrowIfUnfit(features);
        ArgumentOutOfRangeException.ThrowIfZero(images.Length);
        if (gradient.Length != _values.Length)
        {
            throw new ArgumentException($"Expected {_values.Length} places but got {gradient.Length}.", nameof(gradient));
        }

        Span<double> slope = stackalloc double[ClassCount];
        gradient.Clear();
        foreach (int image in images)
        {
            ReadOnlySpan<float> x = features.Of(image);
            Probabilities(x, slope);
            slope[features.Labels[image]] -= 1;
            for (int c = 0; c < ClassCount; c++)
            {
                float factor = (float)(slope[c] / images.Length);
                Span<float> row = gradient.Slice(c * Dimension, Dimension);
                for (int i = 0; i < x.Length; i++)
                {
                    row[i] += factor * x[i];
                }

                gradient[(ClassCount * Dimension) + c] += factor;
            }
        }
    }

    private void Probabilities(ReadOnlySpan<float> x, Span<double> row)
    {
        for (int c = 0; c < ClassCount; c++)
        {
            double logit = _values[(ClassCount * Dimension) + c];
            ReadOnlySpan<float> weights = _values.AsSpan(c * Dimension, Dimension);
            for (int i = 0; i < x.Length; i++)
            {
                logit += (double)weights[i] * x[i];
            }

            row[c] = logit;
        }

        Predictions.SoftMax(row);
    }

    private void ThrowIfUnfit(FeatureSet features)
    {
        if (features.Dimension != Dimension || features.ClassCount != ClassCount)
        {
            throw new ArgumentException(
                $"Expected {Dimension} features and {ClassCount} classes but got {features.Dimension} and {features.ClassCount}.", nameof(features));
        }
    }
}
