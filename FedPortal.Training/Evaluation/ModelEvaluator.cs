using FedPortal.Training.Datasets;
using FedPortal.Training.Explanation;
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
        PredictionsOf(data, Ask(model, data, progress, ct));

    /// <summary>As <see cref="Predict"/>, with the spread of the input statistics that later pictures are held against.</summary>
    public (Predictions Predictions, InputReference Inputs) Measure(GlobalModel model, PreparedDataset data, IProgress<EvaluationProgress>? progress, CancellationToken ct)
    {
        float[] logits = Ask(model, data, progress, ct);
        return (PredictionsOf(data, logits), InputReference.Of(data, logits));
    }

    /// <summary>The same, of a network that is there already.</summary>
    internal static Predictions PredictWith(ClassifierModel network, PreparedDataset data, CancellationToken ct)
    {
        ThrowIfClassesDiffer(network.Layout, data);
        return PredictionsOf(data, Logits(network, data, progress: null, ct));
    }

    /// <summary>Asks a network about every image; labels and classes of the data do not matter.</summary>
    /// <returns>Image by class.</returns>
    public static float[] Logits(ClassifierModel network, PreparedDataset data, IProgress<EvaluationProgress>? progress, CancellationToken ct)
    {
        int classCount = network.Layout.Description.ClassCount;
        float[] logits = new float[data.Count * classCount];
        for (int start = 0; start < data.Count; start += BatchSize)
        {
            ct.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, data.Count - start);
            network.Predict(data.Batch([.. Enumerable.Range(start, count)]), logits.AsSpan(start * classCount, count * classCount));
            progress?.Report(new EvaluationProgress(start + count, data.Count, network.DeviceName));
        }

        return logits;
    }

    private float[] Ask(GlobalModel model, PreparedDataset data, IProgress<EvaluationProgress>? progress, CancellationToken ct)
    {
        ThrowIfClassesDiffer(model.Layout, data);
        if (data.Count == 0)
        {
            return [];
        }

        using ClassifierModel network = ClassifierModel.Create(model.Layout.Description, compute, seed: 0);
        network.SetValues(model.Values.Span);
        return Logits(network, data, progress, ct);
    }

    private static void ThrowIfClassesDiffer(ModelLayout layout, PreparedDataset data)
    {
        if (data.Classes.Count != layout.Description.ClassCount)
        {
            throw new ArgumentException(
                $"The model has {layout.Description.ClassCount} classes but the data set has {data.Classes.Count} ({string.Join(", ", data.Classes)}).", nameof(data));
        }
    }

    private static Predictions PredictionsOf(PreparedDataset data, float[] logits) =>
        Predictions.FromLogits(data.Classes, [.. Enumerable.Range(0, data.Count).Select(data.Label)], logits, data.IsSynthetic);
}
