using FedPortal.Training.Datasets;
using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.Evaluation;

/// <param name="Done">Images evaluated.</param>
/// <param name="Count">Images in all.</param>
/// <param name="Device">What computes, in words.</param>
public sealed record EvaluationProgress(int Done, int Count, string Device);

/// <summary>Asks a model about every image of a data set.</summary>
public sealed class ModelEvaluator(ComputeOptions compute)
{
    private const int BatchSize = 32;

    /// <param name="model">Evaluated in evaluation mode.</param>
    /// <param name="data">Labelled images, possibly none.</param>
    /// <param name="progress">Told after every batch, on the calling thread.</param>
    /// <param name="ct">Looked at between batches.</param>
    /// <exception cref="ArgumentException">Model and data set differ in their number of classes.</exception>
    public Predictions Predict(GlobalModel model, PreparedDataset data, IProgress<EvaluationProgress>? progress, CancellationToken ct) =>
        Measure(model, data, progress, ct).Predictions;

    /// <summary>As <see cref="Predict"/>, with the spread of the input statistics that later pictures are held against.</summary>
    public (Predictions Predictions, InputReference Inputs) Measure(GlobalModel model, PreparedDataset data, IProgress<EvaluationProgress>? progress, CancellationToken ct)
    {
        int classCount = model.Layout.Description.ClassCount;
        if (data.Classes.Count != classCount)
        {
            throw new ArgumentException(
                $"The model has {classCount} classes but the data set has {data.Classes.Count} ({string.Join(", ", data.Classes)}).", nameof(data));
        }

        int[] labels = [.. Enumerable.Range(0, data.Count).Select(data.Label)];
        float[] logits = new float[labels.Length * classCount];
        if (labels.Length > 0)
        {
            Fill(logits, model, data, labels, progress, ct);
        }

        return (Predictions.FromLogits(data.Classes, labels, logits, data.IsSynthetic), InputReference.Of(data, logits));
    }

    private void Fill(float[] logits, GlobalModel model, PreparedDataset data, int[] labels, IProgress<EvaluationProgress>? progress, CancellationToken ct)
    {
        int classCount = data.Classes.Count;
        using var network = ClassifierModel.Create(model.Layout.Description, compute, seed: 0);
        network.SetValues(model.Values.Span);
        for (int start = 0; start < labels.Length; start += BatchSize)
        {
            ct.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, labels.Length - start);
            network.Predict(Gather(data, labels, start, count), logits.AsSpan(start * classCount, count * classCount));
            progress?.Report(new EvaluationProgress(start + count, labels.Length, network.DeviceName));
        }
    }

    private static ImageBatch Gather(PreparedDataset data, int[] labels, int start, int count)
    {
        int pixelsPerImage = data.ImageSize * data.ImageSize;
        float[] pixels = new float[count * pixelsPerImage];
        for (int i = 0; i < count; i++)
        {
            data.Pixels(start + i).CopyTo(pixels.AsSpan(i * pixelsPerImage, pixelsPerImage));
        }

        return new ImageBatch(data.ImageSize, pixels, labels[start..(start + count)]);
    }
}
