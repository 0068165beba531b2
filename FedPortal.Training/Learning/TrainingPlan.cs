using System.Text.Json.Serialization;
using FedPortal.Training.Native;

namespace FedPortal.Training.Learning;

/// <summary>How unequal classes are met in local training.</summary>
public enum ClassBalance
{
    /// <summary>Nothing is done.</summary>
    None,

    /// <summary>The loss of a class is weighted by the inverse of its frequency.</summary>
    WeightedLoss,

    /// <summary>Focal loss, γ = 2.</summary>
    FocalLoss,

    /// <summary>Every class is drawn equally often.</summary>
    BalancedSampling,

    /// <summary>The logits are shifted by the institution's own class prior.</summary>
    LogitAdjustment,
}

/// <summary>How the learning rate moves.</summary>
public enum LearningRateSchedule
{
    Constant,

    /// <summary>Times 0.1 at one half and at three quarters.</summary>
    Step,

    /// <summary>Half a cosine down to zero.</summary>
    Cosine,

    /// <summary>Linear from zero over the first tenth, then constant.</summary>
    WarmUp,
}

/// <summary>Local training of one round, the same at every institution. Part of the signed study.</summary>
public sealed record TrainingPlan
{
    public int Epochs { get; init; } = 2;

    public int BatchSize { get; init; } = 8;

    public LocalOptimizer Optimizer { get; init; } = LocalOptimizer.AdamW;

    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Over the steps of one round.</summary>
    public LearningRateSchedule LocalSchedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Over the rounds of the study.</summary>
    public LearningRateSchedule RoundSchedule { get; init; } = LearningRateSchedule.Constant;

    public double Momentum { get; init; } = 0.9;

    public double WeightDecay { get; init; } = 1e-2;

    public double LabelSmoothing { get; init; } = 0.05;

    public double GradientClip { get; init; } = 5;

    /// <summary>μ of FedProx; 0 is FedAvg.</summary>
    public double ProximalTerm { get; init; }

    public ClassBalance Balance { get; init; } = ClassBalance.LogitAdjustment;

    /// <summary>Affine moves, mirror, brightness and cut-out on training images.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>Seeds shuffling and augmentation together with round and institution. It protects nobody.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Photons of a white pixel: each training image gets the quantum noise of that many. It claims no privacy. Null is off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PhotonCount { get; init; }

    /// <summary>Protects every patient by itself (DP-SGD); null trains plainly. Needs <see cref="ClassBalance.None"/>: class counts are private.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PatientNoisePlan? PatientNoise { get; init; }
}
