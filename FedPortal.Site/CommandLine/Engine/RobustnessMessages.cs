using FedPortal.Training.Native;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Ask a model about the loaded hold-out, disturbed point by point.</summary>
/// <param name="Examples">Images to show at each disturbance; 0 for none.</param>
/// <param name="KeptIn">A folder for finished points; null keeps none.</param>
internal sealed record RobustnessRequest(ModelFile Model, RobustnessPlan Plan, int Examples, ComputeOptions Compute, string? KeptIn) : EngineRequest;

/// <summary>Invert a model; the loaded hold-out judges the result.</summary>
internal sealed record ClassInversionRequest(ModelFile Model, int Steps, int Seed, ComputeOptions Compute) : EngineRequest;

/// <summary>Train a small network on the loaded training images with a share of wrong labels, at each share of the plan and at none.</summary>
/// <param name="KeptIn">A folder for finished networks' answers; null keeps none.</param>
internal sealed record NoisyLabelsRequest(RobustnessPlan Plan, ComputeOptions Compute, string? KeptIn) : EngineRequest;

internal sealed record RobustnessReply(RobustnessReport Report, IReadOnlyList<PictureRow> Pictures) : EngineReply;

internal sealed record ClassInversionReply(int ImageSize, IReadOnlyList<InvertedClass> Classes) : EngineReply;

internal sealed record NoisyLabelsReply(RobustnessCurve Curve) : EngineReply;

/// <summary>A step of long work is done.</summary>
internal sealed record StepReply(RobustnessProgress Progress) : EngineReply;
