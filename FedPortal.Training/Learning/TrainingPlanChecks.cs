using FedPortal.Training.Datasets;
using FedPortal.Training.Models;

namespace FedPortal.Training.Learning;

/// <summary>Refuses what cannot be trained, before anything is computed.</summary>
public static class TrainingPlanChecks
{
    /// <exception cref="ArgumentException">A number of the plan is out of its range; the message names it and the range.</exception>
    public static void ThrowIfInvalid(TrainingPlan plan)
    {
        Require(plan.Epochs is >= 1 and <= 1000, $"Expected 1 to 1000 local epochs but got {plan.Epochs}.");
        Require(plan.BatchSize is >= 1 and <= 4096, $"Expected a batch size of 1 to 4096 but got {plan.BatchSize}.");
        Require(plan.LearningRate is > 0 and <= 10, $"Expected a learning rate above 0 and at most 10 but got {plan.LearningRate}.");
        Require(plan.Momentum is >= 0 and < 1, $"Expected a momentum in [0, 1) but got {plan.Momentum}.");
        Require(plan.WeightDecay is >= 0 and <= 1, $"Expected a weight decay in [0, 1] but got {plan.WeightDecay}.");
        Require(plan.LabelSmoothing is >= 0 and < 1, $"Expected a label smoothing in [0, 1) but got {plan.LabelSmoothing}.");
        Require(plan.GradientClip is >= 0 and < double.PositiveInfinity, $"Expected a gradient clip of at least 0 but got {plan.GradientClip}.");
        Require(plan.ProximalTerm is >= 0 and <= 100, $"Expected a proximal term in [0, 100] but got {plan.ProximalTerm}.");
        Require(Enum.IsDefined(plan.Optimizer) && Enum.IsDefined(plan.Balance), $"Not a known optimiser or balance: {plan.Optimizer}, {plan.Balance}.");
        Require(Enum.IsDefined(plan.LocalSchedule) && Enum.IsDefined(plan.RoundSchedule), $"Not a known schedule: {plan.LocalSchedule}, {plan.RoundSchedule}.");
    }

    /// <exception cref="ArgumentException">The data set is empty or has another number of classes than the model.</exception>
    public static void ThrowIfUnfit(ModelLayout layout, PreparedDataset data)
    {
        Require(data.Count > 0, "Expected at least one training image but got none.");
        Require(
            data.Classes.Count == layout.Description.ClassCount,
            $"The model has {layout.Description.ClassCount} classes but the data set has {data.Classes.Count} ({string.Join(", ", data.Classes)}).");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
