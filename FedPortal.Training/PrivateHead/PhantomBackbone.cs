using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.PrivateHead;

/// <summary>
/// The backbone for those who have no pretrained weights: a slim ResNet-50 trained on synthetic radiographs only, from fixed seeds. No patient
/// is in it, so it costs no privacy; it is weaker than a network that was trained on public radiographs. It learns to tell finding and hospital style
/// apart together: told findings only, its features would collapse onto three directions.
/// </summary>
public static class PhantomBackbone
{
    /// <summary>Changes whenever another network would come out.</summary>
    public const int Version = 2;

    public const ClassifierArchitecture Architecture = ClassifierArchitecture.ResNet50Slim;

    private const int Images = 1500;
    private const int Seed = 90210;

    private static readonly TrainingPlan Plan = new() { Epochs = 10, Balance = ClassBalance.None, LocalSchedule = LearningRateSchedule.Cosine, Seed = Seed };

    /// <summary>The file's name in a cache: it says which network is inside.</summary>
    public static string FileName(int imageSize) => FormattableString.Invariant($"phantom-backbone-v{Version}-{imageSize}.safetensors");

    /// <returns>The path of the trained backbone in the cache folder; it is trained first where it is not there yet.</returns>
    /// <param name="cacheFolder">Made where it is missing.</param>
    /// <param name="pipeline">What images go through; its size names the file.</param>
    /// <param name="compute">Of the training.</param>
    /// <param name="progress">Told of the training.</param>
    /// <param name="ct">Gives up; nothing is left behind.</param>
    public static async Task<string> EnsureAsync(
        string cacheFolder, PreprocessingPipeline pipeline, ComputeOptions compute, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        Directory.CreateDirectory(cacheFolder);
        string path = Path.Combine(cacheFolder, FileName(pipeline.Size));
        if (!File.Exists(path))
        {
            GlobalModel model = await TrainAsync(pipeline, compute, progress, ct).ConfigureAwait(false);
            GlobalModelFile.Save(path, model, new ModelCard(ClassesByStyle, pipeline, IsSynthetic: true, FederatedStrategy.PlainFedAvg));
        }

        return path;
    }

    /// <summary>The first global model of a private-head study: this backbone with a last layer of zeros for the study's classes.</summary>
    /// <exception cref="ArgumentException">The study's network is another one than the backbone's.</exception>
    public static async Task<GlobalModel> FirstModelAsync(
        string cacheFolder, ModelDescription description, PreprocessingPipeline pipeline, ComputeOptions compute, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        if (description.Architecture != Architecture)
        {
            throw new ArgumentException($"Expected the network {Architecture}, which a private head's frozen part is trained with on phantoms, but got {description.Architecture}.", nameof(description));
        }

        string path = await EnsureAsync(cacheFolder, pipeline, compute, progress, ct).ConfigureAwait(false);
        ModelLayout layout = ClassifierModel.LayoutOf(description);
        float[] values = Safetensors.Load(path).MapToKeepingHead(layout, new float[layout.ValueCount]);
        return new GlobalModel(layout, 0, LastLayer.Cleared(layout, values));
    }

    /// <summary>The public statistics of <see cref="PublicProjection"/>: a backbone's features of synthetic images, other ones than this was trained on.</summary>
    /// <param name="backbone">This or another one.</param>
    public static async Task<FeatureStatistics> StatisticsAsync(Backbone backbone, PreprocessingPipeline pipeline, CancellationToken ct) =>
        FeatureStatistics.Of(backbone.Features(await DrawAsync(240, Seed + 1, pipeline, ct).ConfigureAwait(false), progress: null, ct));

    internal static async Task<GlobalModel> TrainAsync(
        PreprocessingPipeline pipeline, ComputeOptions compute, IProgress<TrainingProgress>? progress, CancellationToken ct, int images = Images, TrainingPlan? plan = null)
    {
        PreparedDataset data = await DrawAsync(images, Seed, pipeline, ct, byStyle: true).ConfigureAwait(false);
        GlobalModel start = ClassifierModel.FirstModel(new ModelDescription(Architecture, data.Classes.Count), compute, Seed);
        LocalTrainingResult trained = new LocalTrainer(compute).Train(start, data, plan ?? Plan, 1, 1, 0, progress, ct);
        return start.MovedBy(trained.Update.Difference.Span);
    }

    /// <summary>What the backbone learns to tell apart: every finding in every hospital style.</summary>
    internal static IReadOnlyList<string> ClassesByStyle { get; } =
        [.. Enumerable.Range(1, PhantomStyle.All.Count).SelectMany(style => PhantomConsortium.Classes.Select(finding => FormattableString.Invariant($"{finding}, style {style}")))];

    private static async Task<PreparedDataset> DrawAsync(int images, int seed, PreprocessingPipeline pipeline, CancellationToken ct, bool byStyle = false)
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions
        {
            ImageCount = images,
            InstitutionCount = PhantomStyle.All.Count,
            HoldoutCount = 0,
            Size = Math.Clamp((2 * pipeline.Size) + 3 & ~3, 64, 1024),
            Seed = seed,
        });
        PreparedDataset[] parts = new PreparedDataset[consortium.Institutions.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            PreparedDataset drawn = await consortium.PrepareAsync(consortium.Institutions[i], pipeline, progress: null, ct).ConfigureAwait(false);
            int style = i;
            parts[i] = byStyle ? drawn.Relabelled(ClassesByStyle, finding => (style * PhantomConsortium.Classes.Count) + finding) : drawn;
        }

        return PreparedDataset.Concat(parts);
    }
}
