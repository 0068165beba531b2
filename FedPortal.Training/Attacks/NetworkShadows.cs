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
        GlobalModel start = ClassifierModel.FirstModel(description, compute, (ulong)seed);
        PreparedDataset data = pool.Data.Subset(pool.ImagesOf(members));
        LocalTrainingResult trained = new LocalTrainer(compute).Train(start, data, plan, round: 1, totalRounds: 1, institutionSeed: seed, progress: null, cancellationToken);
        Predictions predictions = new ModelEvaluator(compute).Predict(start.MovedBy(trained.Update.Difference.Span), pool.Data, progress: null, cancellationToken);
        return pool.ByUnit(ShadowPool.ScoresOf(predictions));
    }
}
