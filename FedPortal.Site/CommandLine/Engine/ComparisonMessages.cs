using FedPortal.Training.Comparison;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Native;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>What the methods of a comparison ask of an engine beyond training and predicting.</summary>
internal abstract record ComparisonRequest : EngineRequest;

/// <summary>Score all patients of the loaded images as a membership attack on the model would, and predict the hold-out: with the model itself, or after fine-tuning on the own training images.</summary>
/// <param name="Personalisation">How to fine-tune, or null.</param>
internal sealed record MeasureRequest(ModelFile Model, TrainingPlan? Personalisation, int InstitutionSeed, ComputeOptions Compute) : ComparisonRequest;

/// <summary>One round of Per-FedAvg on the loaded training images; the update stays in the engine.</summary>
internal sealed record MetaTrainRequest(ModelFile Model, TrainingPlan Plan, MetaPlan Meta, int Round, int InstitutionSeed, ComputeOptions Compute) : ComparisonRequest;

/// <summary>Prepare public images, beside those of the institution.</summary>
internal sealed record LoadTransferRequest(ImageSource Source, IReadOnlyList<string> Classes, PreprocessingPipeline Pipeline) : ComparisonRequest;

/// <summary>Write soft labels of the public images to a vector file, image by class.</summary>
internal sealed record TeachRequest(ModelFile Teacher, double Temperature, string SoftLabelsPath, ComputeOptions Compute) : ComparisonRequest;

/// <summary>Distil soft labels of the public images into a student; its values go to a vector file.</summary>
internal sealed record DistilRequest(ModelFile Student, string SoftLabelsPath, double Temperature, TrainingPlan Plan, string ValuesPath, ComputeOptions Compute) : ComparisonRequest;

/// <summary>Make the one key that all institutions of a ring share, as two files.</summary>
internal sealed record MakeSharedKeyRequest(string SecretPath, string PublicPath) : ComparisonRequest;

/// <summary>Encrypt the update under a mask. <paramref name="Weight"/>: of this institution in the mean.</summary>
internal sealed record BeginRingRequest(string PublicPath, double Weight, string OutputPath) : ComparisonRequest;

/// <summary>Add the own update to what came round the ring.</summary>
internal sealed record AddToRingRequest(string PublicPath, double Weight, string InputPath, string OutputPath) : ComparisonRequest;

/// <summary>Take the mask off what has come round, decrypt it, and write the mean to a vector file.</summary>
internal sealed record CloseRingRequest(string SecretPath, string InputPath, string MeanPath) : ComparisonRequest;

/// <summary>Add the published method's noise to the update and encrypt it.</summary>
internal sealed record PublishRequest(string PublicPath, double Weight, int Seed, int Round, int Site, string OutputPath) : ComparisonRequest;

/// <summary>Decrypt a sum and write it to a vector file.</summary>
internal sealed record OpenSumRequest(string SecretPath, string InputPath, int Count, string MeanPath) : ComparisonRequest;

/// <summary>The same as <see cref="MeasureRequest"/> for a linear head on the prepared features.</summary>
internal sealed record MeasureHeadRequest(int Dimension, int ClassCount, float[] Head) : EngineRequest;

/// <param name="MemberScores">One for each patient that was trained on.</param>
/// <param name="NonMemberScores">One for each patient of the hold-out.</param>
internal sealed record MeasuredReply(
    IReadOnlyList<string> ImageIds, int[] Labels, float[] Probabilities, bool IsSynthetic, double[] MemberScores, double[] NonMemberScores) : EngineReply;

/// <summary>It is done; what came of it lies in files.</summary>
/// <param name="Count">Images or values that it concerned.</param>
internal sealed record ComparisonDoneReply(int Count) : EngineReply;
