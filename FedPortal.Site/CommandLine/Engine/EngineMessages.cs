using System.Text.Json;
using System.Text.Json.Serialization;
using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Screening.Adversaries;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>What the parent asks an engine, one JSON line each. An engine answers every request with one reply, after any progress lines.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "ask")]
[JsonDerivedType(typeof(LoadRequest), "load")]
[JsonDerivedType(typeof(CreateModelRequest), "create")]
[JsonDerivedType(typeof(TrainRequest), "train")]
[JsonDerivedType(typeof(PredictRequest), "predict")]
[JsonDerivedType(typeof(OpenModelRequest), "open")]
[JsonDerivedType(typeof(PredictPixelsRequest), "predictPixels")]
[JsonDerivedType(typeof(ExplainPixelsRequest), "explainPixels")]
[JsonDerivedType(typeof(OpenBackboneRequest), "openBackbone")]
[JsonDerivedType(typeof(PrepareHeadRequest), "prepareHead")]
[JsonDerivedType(typeof(HeadStepRequest), "headStep")]
[JsonDerivedType(typeof(HeadPredictRequest), "headPredict")]
[JsonDerivedType(typeof(IdentifyRequest), "identify")]
[JsonDerivedType(typeof(ProtectRequest), "protect")]
[JsonDerivedType(typeof(AnswerRequest), "answer")]
[JsonDerivedType(typeof(HeadPoolRequest), "headPool")]
[JsonDerivedType(typeof(NetworkPoolRequest), "networkPool")]
[JsonDerivedType(typeof(ShadowRequest), "shadow")]
[JsonDerivedType(typeof(MeasureRequest), "measure")]
[JsonDerivedType(typeof(MetaTrainRequest), "metaTrain")]
[JsonDerivedType(typeof(LoadTransferRequest), "loadTransfer")]
[JsonDerivedType(typeof(TeachRequest), "teach")]
[JsonDerivedType(typeof(DistilRequest), "distil")]
[JsonDerivedType(typeof(MakeSharedKeyRequest), "makeSharedKey")]
[JsonDerivedType(typeof(BeginRingRequest), "beginRing")]
[JsonDerivedType(typeof(AddToRingRequest), "addToRing")]
[JsonDerivedType(typeof(CloseRingRequest), "closeRing")]
[JsonDerivedType(typeof(PublishRequest), "publish")]
[JsonDerivedType(typeof(OpenSumRequest), "openSum")]
[JsonDerivedType(typeof(MeasureHeadRequest), "measureHead")]
[JsonDerivedType(typeof(RobustnessRequest), "robustness")]
[JsonDerivedType(typeof(ClassInversionRequest), "classInversion")]
[JsonDerivedType(typeof(NoisyLabelsRequest), "noisyLabels")]
internal abstract record EngineRequest;

/// <summary>Prepare images; they stay in the engine's memory.</summary>
internal sealed record LoadRequest(ImageSource Source, IReadOnlyList<string> Classes, PreprocessingPipeline Pipeline) : EngineRequest;

/// <summary>Initialise a network and write its values to a vector file.</summary>
internal sealed record CreateModelRequest(ModelDescription Description, ulong Seed, string ValuesPath) : EngineRequest;

/// <summary>Train one round on the loaded training images; the update goes to a vector file, or, where no path is given, stays in the engine to be protected.</summary>
internal sealed record TrainRequest(
    ModelFile Model, TrainingPlan Plan, int Round, int Rounds, int InstitutionSeed, string? UpdatePath, Adversary? Adversary, ComputeOptions Compute) : EngineRequest;

/// <summary>Predict the loaded hold-out images; on request also those that are not of a backdoor's target class, with its trigger on them.</summary>
internal sealed record PredictRequest(ModelFile Model, bool TryBackdoor, ComputeOptions Compute) : EngineRequest;

/// <summary>Read a saved model, so that the parent need not load libtorch; its values go to a vector file.</summary>
internal sealed record OpenModelRequest(string ModelPath, string ValuesPath) : EngineRequest;

/// <summary>Predict prepared images without labels: a vector file of image, row, column.</summary>
internal sealed record PredictPixelsRequest(ModelFile Model, string PixelsPath, int Count, int ImageSize, ComputeOptions Compute) : EngineRequest;

/// <summary>Like <see cref="PredictPixelsRequest"/>, with where the network looked: the maps go to a vector file of image, row, column.</summary>
internal sealed record ExplainPixelsRequest(ModelFile Model, string PixelsPath, string MapsPath, int Count, PreprocessingPipeline Pipeline, ComputeOptions Compute) : EngineRequest;

/// <summary>A global model on disk: its values as a vector file.</summary>
internal sealed record ModelFile(ModelDescription Description, string LayoutHash, int Version, string ValuesPath);

/// <summary>What an engine says, one JSON line each.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(FailedReply), "failed")]
[JsonDerivedType(typeof(ProgressReply), "progress")]
[JsonDerivedType(typeof(LoadedReply), "loaded")]
[JsonDerivedType(typeof(CreatedReply), "created")]
[JsonDerivedType(typeof(TrainedReply), "trained")]
[JsonDerivedType(typeof(PredictedReply), "predicted")]
[JsonDerivedType(typeof(PixelsPredictedReply), "pixelsPredicted")]
[JsonDerivedType(typeof(PixelsExplainedReply), "pixelsExplained")]
[JsonDerivedType(typeof(BackboneReply), "backbone")]
[JsonDerivedType(typeof(HeadPreparedReply), "headPrepared")]
[JsonDerivedType(typeof(HeadSteppedReply), "headStepped")]
[JsonDerivedType(typeof(IdentifiedReply), "identified")]
[JsonDerivedType(typeof(ProtectedReply), "protected")]
[JsonDerivedType(typeof(AnsweredReply), "answered")]
[JsonDerivedType(typeof(PoolReply), "pool")]
[JsonDerivedType(typeof(ShadowReply), "shadowed")]
[JsonDerivedType(typeof(MeasuredReply), "measured")]
[JsonDerivedType(typeof(ComparisonDoneReply), "done")]
[JsonDerivedType(typeof(StepReply), "step")]
[JsonDerivedType(typeof(RobustnessReply), "robust")]
[JsonDerivedType(typeof(ClassInversionReply), "classInverted")]
[JsonDerivedType(typeof(NoisyLabelsReply), "noisyLabelsTrained")]
internal abstract record EngineReply;

internal sealed record FailedReply(string Reason) : EngineReply;

internal sealed record ProgressReply(TrainingProgress Progress) : EngineReply;

internal sealed record LoadedReply(
    int TrainCount,
    int HoldoutCount,
    IReadOnlyList<int> TrainClassCounts,
    IReadOnlyList<int> HoldoutClassCounts,
    double PrepareSeconds) : EngineReply;

internal sealed record CreatedReply(IReadOnlyList<TensorEntry> Tensors, string DeviceName) : EngineReply;

internal sealed record TrainedReply(
    long SampleCount,
    IReadOnlyList<double> EpochLosses,
    double TrainSeconds,
    double ImagesPerSecond,
    double SubmitSeconds,
    string DeviceName) : EngineReply;

internal sealed record PredictedReply(IReadOnlyList<string> ImageIds, int[] Labels, float[] Probabilities, bool IsSynthetic, double Seconds, BackdoorTrial? Backdoor, InputReference? Inputs) : EngineReply;

/// <param name="Images">With the trigger on them, none of the target class.</param>
/// <param name="Successes">Taken for the target class.</param>
internal sealed record BackdoorTrial(int Images, int Successes);

internal sealed record PixelsPredictedReply(float[] Probabilities, string DeviceName) : EngineReply;

/// <param name="Logits">By image, then class.</param>
internal sealed record PixelsExplainedReply(float[][] Logits, string DeviceName) : EngineReply;

/// <summary>The one JSON form of both directions.</summary>
internal static class EngineJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static string Write(EngineRequest request) => JsonSerializer.Serialize(request, Options);

    public static string Write(EngineReply reply) => JsonSerializer.Serialize(reply, Options);

    public static EngineRequest ReadRequest(string line) => Read<EngineRequest>(line);

    public static EngineReply ReadReply(string line) => Read<EngineReply>(line);

    private static T Read<T>(string line)
        where T : class =>
        JsonSerializer.Deserialize<T>(line, Options) ?? throw new InvalidDataException("Expected a message but got null.");
}
