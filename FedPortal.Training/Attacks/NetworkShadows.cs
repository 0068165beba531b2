using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.Attacks;

/// <summary>Shadow models that are whole networks, trained centrally from fresh weights. Minutes each on a processor for the slim network; hours for the full one.</summary>
public sealed class NetworkShadows(ShadowPool pool, ModelDescription description, TrainingPlan plan, ComputeOptions compute)
{
    /// <summary>See <see cref="ShadowTraining"/>.</summary>
    public Task<double[]> TrainAsync(IReadOnlyList<int> members, int seed, CancellationToken cancellationToken) => Task.Run(() => Train(members, seed, cancellationToken), cancellationToken);

    private double[] Train(IReadOnlyList<int> members, int seed, CancellationToken cancellationToken)
    {
        GlobalModel start = Fresh(seed);
        PreparedDataset data = pool.Data.Subset(pool.ImagesOf(members));
        LocalTrainingResult trained = new LocalTrainer(compute).Train(start, data, plan, round: 1, totalRounds: 1, institutionSeed: seed, progress: null, cancellationToken);
        float[] values = start.Values.ToArray();
        ReadOnlySpan<float> difference = trained.Update.Difference.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += difference[i];
        }

        Predictions predictions = new ModelEvaluator(compute).Predict(new GlobalModel(start.Layout, 1, values), pool.Data, progress: null, cancellationToken);
        return pool.ByUnit(ShadowPool.ScoresOf(predictions));
    }

    private GlobalModel Fresh(int seed)
    {
        using var model = ClassifierModel.Create(description, compute, (ulong)seed);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        return new GlobalModel(model.Layout, 0, values);
    }
}
