namespace FedPortal.Training.Attacks;

/// <summary>
/// Trains one shadow model and asks it about everybody. The study's own procedure is behind it: a private head, a head without noise, a small network.
/// </summary>
/// <param name="members">Numbers of the units (patients) to train on, rising; all others must not touch the model.</param>
/// <param name="seed">Of order and first weights; noise that protects someone has its own source.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <returns>The score of every unit of the pool, <see cref="LossScores"/> of its images.</returns>
public delegate Task<double[]> ShadowTraining(IReadOnlyList<int> members, int seed, CancellationToken cancellationToken);

/// <summary>How far an attack is.</summary>
/// <param name="Stage">In words.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Count">Steps in all.</param>
public sealed record AttackProgress(string Stage, int Done, int Count);
