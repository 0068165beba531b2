using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Native;

namespace FedPortal.Training.Comparison;

/// <summary>The gradient of the mean distillation loss over some images.</summary>
internal sealed class DistillationStep(ClassifierModel model, PreparedDataset transfer, float[] soft, double temperature)
{
    /// <summary>Class weights must be above 0.</summary>
    private const float LeastWeight = 1e-6f;

    private readonly int _classes = model.Layout.Description.ClassCount;
    private readonly float[] _one = new float[model.Layout.ParameterCount];

    public (float[] Gradient, double Loss) GradientOf(int[] images)
    {
        float[] logits = new float[images.Length * _classes];
        model.Predict(transfer.Batch(images), logits);
        float[] gradient = new float[_one.Length];
        double loss = 0;
        for (int i = 0; i < images.Length; i++)
        {
            ReadOnlySpan<float> z = logits.AsSpan(i * _classes, _classes);
            ReadOnlySpan<float> p = soft.AsSpan(images[i] * _classes, _classes);
            loss += Distillation.Loss(z, p, temperature) / images.Length;
            model.CopyGradientTo(OnceForEachClass(images[i]), Options(z, p), _one);
            float factor = (float)(temperature / images.Length);
            for (int k = 0; k < gradient.Length; k++)
            {
                gradient[k] += factor * _one[k];
            }
        }

        return (gradient, loss);
    }

    private ImageBatch OnceForEachClass(int image)
    {
        int[] copies = new int[_classes];
        Array.Fill(copies, image);
        return new ImageBatch(transfer.ImageSize, transfer.Batch(copies).Pixels, [.. Enumerable.Range(0, _classes)]);
    }

    private TrainingStepOptions Options(ReadOnlySpan<float> z, ReadOnlySpan<float> p)
    {
        float[] weights = new float[_classes];
        float[] adjustment = new float[_classes];
        for (int c = 0; c < _classes; c++)
        {
            weights[c] = Math.Max(LeastWeight, p[c]);
            adjustment[c] = (float)((z[c] / temperature) - z[c]);
        }

        return new TrainingStepOptions { LearningRate = 1, ClassWeights = weights, LogitAdjustment = adjustment };
    }
}
