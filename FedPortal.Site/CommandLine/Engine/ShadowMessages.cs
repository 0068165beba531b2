using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Make the features of the loaded training images for shadow models that are heads.</summary>
/// <param name="BackbonePath">Weights, or null for the network that was trained on phantoms, kept in <paramref name="CacheFolder"/>.</param>
/// <param name="Head">How heads are trained.</param>
/// <param name="Canaries">How many to put behind the real patients; 0 for none.</param>
/// <param name="Seed">Of projection and canaries.</param>
internal sealed record HeadPoolRequest(string? BackbonePath, string CacheFolder, HeadSettings Head, int Canaries, int Seed, ComputeOptions Compute) : EngineRequest;

/// <param name="Epsilon">The noise is planned for this; null is without noise.</param>
/// <param name="Dimensions">Features after the projection.</param>
/// <param name="Rounds">Steps.</param>
/// <param name="Delta">δ.</param>
internal sealed record HeadSettings(double? Epsilon, int Dimensions, int Rounds, double Delta);

/// <summary>Use the loaded training images for shadow models that are whole networks.</summary>
internal sealed record NetworkPoolRequest(ModelDescription Network, TrainingPlan Plan, int Canaries, int Seed, ComputeOptions Compute) : EngineRequest;

/// <summary>Train one shadow model of the pool and score everybody.</summary>
internal sealed record ShadowRequest(IReadOnlyList<int> Members, int Seed) : EngineRequest;

/// <param name="RealUnits">Patients.</param>
/// <param name="Canaries">Behind them.</param>
/// <param name="Fingerprint">Of data and settings: equal ones give the same shadow models.</param>
/// <param name="NoiseMultiplier">z of heads; 0 without noise.</param>
internal sealed record PoolReply(int RealUnits, int Canaries, string Fingerprint, double NoiseMultiplier) : EngineReply;

/// <param name="Scores">One for each unit, the canaries last.</param>
internal sealed record ShadowReply(double[] Scores) : EngineReply;
