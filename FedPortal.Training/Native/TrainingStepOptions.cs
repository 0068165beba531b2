namespace FedPortal.Training.Native;

/// <summary>The optimiser of local training. The numbers are part of the native ABI.</summary>
public enum LocalOptimizer
{
    /// <summary>Stochastic gradient descent with momentum, torch's form: v ← μv + g; w ← w − ηv.</summary>
    Sgd = 0,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW = 1,
}

/// <summary>One optimiser step: loss and update rule. Values are checked by the native side, which names the bad one.</summary>
public sealed record TrainingStepOptions
{
    public LocalOptimizer Optimizer { get; init; } = LocalOptimizer.Sgd;

    public required float LearningRate { get; init; }

    /// <summary>For SGD, in [0, 1).</summary>
    public float Momentum { get; init; } = 0.9f;

    public float Beta1 { get; init; } = 0.9f;

    public float Beta2 { get; init; } = 0.999f;

    public float WeightDecay { get; init; }

    /// <summary>In [0, 1).</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>γ of the focal loss (Lin et al. 2017); 0 is cross-entropy.</summary>
    public float FocalGamma { get; init; }

    /// <summary>Weight of each class in the loss, or null for 1.</summary>
    public float[]? ClassWeights { get; init; }

    /// <summary>Added to the logits of each class in the loss (logit adjustment, Menon et al. 2021), or null.</summary>
    public float[]? LogitAdjustment { get; init; }

    /// <summary>Greatest L2 norm of the gradient, or 0 for no limit.</summary>
    public float GradientClip { get; init; }

    /// <summary>μ of FedProx (Li et al. 2020): adds μ(w − w₀) to the gradient, w₀ being the values last set. 0 is off.</summary>
    public float ProximalTerm { get; init; }
}

/// <param name="Loss">Mean loss over the batch, before the step.</param>
/// <param name="CorrectCount">Images whose largest logit was their label's.</param>
/// <param name="GradientNorm">L2 norm before clipping; 0 when it was not needed.</param>
public readonly record struct TrainingStepResult(float Loss, int CorrectCount, double GradientNorm);
