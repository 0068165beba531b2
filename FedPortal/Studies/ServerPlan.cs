using FedPortal.Training.Learning;

namespace FedPortal.Studies;

/// <summary>How the portal applies the aggregated update.</summary>
/// <param name="LearningRate">Server learning rate; 1 is the plain mean for FedAvg.</param>
/// <param name="Schedule">Over the rounds of the study.</param>
/// <param name="Beta1">FedAdam only.</param>
/// <param name="Beta2">FedAdam only.</param>
/// <param name="Epsilon">FedAdam only: τ of Reddi et al. 2021.</param>
public sealed record ServerPlan(
    double LearningRate = 1,
    LearningRateSchedule Schedule = LearningRateSchedule.Constant,
    double Beta1 = 0.9,
    double Beta2 = 0.99,
    double Epsilon = 1e-3);
