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
        Require(plan.PhotonCount is null or (>= 1 and <= 1e12), $"Expected 1 to 1e12 photons for a white pixel but got {plan.PhotonCount}.");
        ThrowIfInvalid(plan.PatientNoise, plan.Balance);
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

    private static void ThrowIfInvalid(PatientNoisePlan? noise, ClassBalance balance)
    {
        if (noise is null)
        {
            return;
        }

        Require(noise.SamplingRate is > 0 and <= 1, $"Expected a sampling rate above 0 and at most 1 but got {noise.SamplingRate}.");
        Require(noise.ClippingNorm is > 0 and <= 1e6, $"Expected a clipping norm above 0 and at most 1e6 but got {noise.ClippingNorm}.");
        Require(noise.NoiseMultiplier is >= 1e-3 and <= 500, $"Expected a noise multiplier from 0.001 to 500 but got {noise.NoiseMultiplier}.");
        Require(noise.Steps is >= 1 and <= 1_000_000, $"Expected 1 to 1000000 steps a round but got {noise.Steps}.");
        Require(balance == ClassBalance.None, $"Expected no class balance under noise by patient, because class counts are private, but got {balance}.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
