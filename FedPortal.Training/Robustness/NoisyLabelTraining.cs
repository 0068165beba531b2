using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.Robustness;

/// <summary>Trains one small network (ResNet-50 with a first width of 16) from the same fresh weights on labels of which a share is wrong.</summary>
public sealed class NoisyLabelTraining(PreparedDataset train, PreparedDataset holdout, RobustnessPlan plan, ComputeOptions compute)
{
    /// <param name="share">Of wrong labels, 0 to 1.</param>
    /// <param name="progress">Of the training.</param>
    /// <param name="ct">Looked at between batches.</param>
    /// <returns>What the network says about the hold-out, whose labels are right.</returns>
    public Predictions Run(double share, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        var description = new ModelDescription(ClassifierArchitecture.ResNet50Slim, train.Classes.Count);
        var training = new TrainingPlan { Epochs = plan.TrainingEpochs, LearningRate = 1e-3, LabelSmoothing = 0, Balance = ClassBalance.None, Seed = plan.Seed };
        GlobalModel start = ClassifierModel.FirstModel(description, compute, (ulong)plan.Seed);
        LocalTrainingResult trained = new LocalTrainer(compute).Train(
            start, LabelNoise.Flip(train, share, plan.Seed), training, round: 1, totalRounds: 1, institutionSeed: 0, progress, ct);
        return new ModelEvaluator(compute).Predict(start.MovedBy(trained.Update.Difference.Span), holdout, progress: null, ct);
    }
}
