using FedPortal.Training.Datasets;

namespace FedPortal.Tests.Training.Datasets;

/// <summary>Softmax regression by plain gradient descent on chosen pixels: the simplest thing that can learn from a picture.</summary>
internal static class LinearModel
{
    private const int Steps = 300;
    private const float Rate = 0.02f;
    private const float Decay = 1e-2f;

    public static double AccuracyOf(PreparedDataset train, PreparedDataset test, int[] pixels)
    {
        int classes = train.Classes.Count;
        float[][] weights = [.. Enumerable.Range(0, classes).Select(_ => new float[pixels.Length + 1])];
        float[][] inputs = [.. Enumerable.Range(0, train.Count).Select(i => InputOf(train, i, pixels))];
        for (int step = 0; step < Steps; step++)
        {
            float[][] gradient = [.. weights.Select(row => row.Select(value => Decay * value).ToArray())];
            for (int i = 0; i < inputs.Length; i++)
            {
                float[] scores = [.. weights.Select(row => Dot(row, inputs[i]))];
                float[] shares = [.. scores.Select(score => MathF.Exp(score - scores.Max()))];
                float sum = shares.Sum();
                for (int c = 0; c < classes; c++)
                {
                    Accumulate(gradient[c], ((shares[c] / sum) - (train.Label(i) == c ? 1 : 0)) / inputs.Length, inputs[i]);
                }
            }

            for (int c = 0; c < classes; c++)
            {
                Accumulate(weights[c], -Rate, gradient[c]);
            }
        }

        return Enumerable.Range(0, test.Count).Average(i =>
        {
            float[] input = InputOf(test, i, pixels);
            return Enumerable.Range(0, classes).MaxBy(c => Dot(weights[c], input)) == test.Label(i) ? 1.0 : 0.0;
        });
    }

    private static float[] InputOf(PreparedDataset set, int index, int[] pixels)
    {
        ReadOnlySpan<float> values = set.Pixels(index);
        float[] input = new float[pixels.Length + 1];
        for (int i = 0; i < pixels.Length; i++)
        {
            input[i] = values[pixels[i]];
        }

        input[^1] = 1;
        return input;
    }

    private static float Dot(float[] a, float[] b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void Accumulate(float[] target, float factor, float[] values)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] += factor * values[i];
        }
    }
}
