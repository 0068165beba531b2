namespace FedPortal.Training.Native;

/// <summary>What, besides its values, a network needs to go on training exactly where it stopped.</summary>
/// <param name="Optimizer">The optimiser that the moments belong to.</param>
/// <param name="StepCount">Steps since the optimiser was reset.</param>
/// <param name="Moments">Twice the parameter count: SGD's velocity and zeros, or AdamW's first and second moments, in layout order.</param>
/// <param name="Random">The state of the generator behind dropout and stochastic depth.</param>
public sealed record OptimizerState(LocalOptimizer Optimizer, long StepCount, ReadOnlyMemory<float> Moments, ReadOnlyMemory<byte> Random);
