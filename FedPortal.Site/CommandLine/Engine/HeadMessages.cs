using FedPortal.Training.Imaging;
using FedPortal.Training.Native;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Open a backbone, or train the one on phantoms where no path is given, and write its public statistics to a vector file: means, then deviations.</summary>
internal sealed record OpenBackboneRequest(string? Path, string CacheFolder, PreprocessingPipeline Pipeline, string StatisticsPath, ComputeOptions Compute) : EngineRequest;

/// <summary>Turn the loaded images into projected features; they stay in the engine's memory.</summary>
internal sealed record PrepareHeadRequest(string Path, string Hash, string StatisticsPath, int Seed, int Dimension, ComputeOptions Compute) : EngineRequest;

/// <summary>One step on the loaded training images: private, or for the comparison the plain sum of the patients' gradients.</summary>
internal sealed record HeadStepRequest(PrivateHeadPlan Plan, float[] Head, bool IsPrivate) : EngineRequest;

/// <summary>Predict the loaded hold-out images.</summary>
internal sealed record HeadPredictRequest(int Dimension, int ClassCount, float[] Head) : EngineRequest;

internal sealed record BackboneReply(string Path, string Hash, string Architecture, int FeatureCount, string DeviceName) : EngineReply;

internal sealed record HeadPreparedReply(int TrainPatients, string ProjectionHash, double Seconds) : EngineReply;

/// <summary>Exactly one of the two is there.</summary>
internal sealed record HeadSteppedReply(int[]? Lattice, double[]? GradientSum) : EngineReply;
