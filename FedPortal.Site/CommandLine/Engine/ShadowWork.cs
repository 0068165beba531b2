using System.Text.Json;
using FedPortal.Training.Accounting;
using FedPortal.Training.Attacks;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.PrivateHead;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>The pool of an attack with shadow models, and how they are trained.</summary>
internal sealed class ShadowWork
{
    private readonly ShadowTraining _train;

    private ShadowWork(ShadowTraining train, PoolReply pool)
    {
        _train = train;
        Pool = pool;
    }

    public PoolReply Pool { get; }

    public static async Task<ShadowWork> OfHeadsAsync(HeadPoolRequest request, PreparedDataset images, IProgress<TrainingProgress> progress, CancellationToken ct)
    {
        PreprocessingPipeline pipeline = PreprocessingPipeline.Default(images.ImageSize);
        string path = request.BackbonePath ?? await PhantomBackbone.EnsureAsync(request.CacheFolder, pipeline, request.Compute, progress, ct);
        using var backbone = Backbone.Open(path, request.Compute);
        var projection = new PublicProjection(request.Seed, await PhantomBackbone.StatisticsAsync(backbone, pipeline, ct), request.Head.Dimensions);
        FeatureSet real = projection.Apply(backbone.Features(images, progress: null, ct));
        FeatureSet all = request.Canaries > 0 ? Canaries.Behind(real, request.Canaries, request.Seed) : real;
        PrivateHeadPlan plan = PlanOf(request.Head, real);
        var shadows = new HeadShadows(all, plan);
        string fingerprint = Fingerprints.Of(images, $"{backbone.Hash} {projection.Hash} {JsonSerializer.Serialize(request.Head, ProtocolJson.Options)} {request.Canaries} {request.Seed}");
        return new ShadowWork(shadows.TrainAsync, new PoolReply(real.Patients.Count, request.Canaries, fingerprint, plan.NoiseMultiplier));
    }

    public static ShadowWork OfNetworks(NetworkPoolRequest request, PreparedDataset images)
    {
        (PreparedDataset real, PreparedDataset? canaries) = request.Canaries > 0 ? Canaries.Among(images, request.Canaries, request.Seed) : (images, null);
        var pool = new ShadowPool(canaries is null ? real : PreparedDataset.Concat([real, canaries]));
        var shadows = new NetworkShadows(pool, request.Network, request.Plan, request.Compute);
        string fingerprint = Fingerprints.Of(images, $"{request.Network} {JsonSerializer.Serialize(request.Plan, ProtocolJson.Options)} {request.Canaries} {request.Seed}");
        return new ShadowWork(shadows.TrainAsync, new PoolReply(pool.Units - request.Canaries, request.Canaries, fingerprint, NoiseMultiplier: 0));
    }

    public async Task<ShadowReply> TrainAsync(ShadowRequest request, CancellationToken ct) => new(await _train(request.Members, request.Seed, ct));

    /// <summary>Half of the patients take part in a shadow model; what the server divides by must not depend on the coins.</summary>
    private static PrivateHeadPlan PlanOf(HeadSettings settings, FeatureSet real)
    {
        var plan = new PrivateHeadPlan
        {
            Dimension = real.Dimension,
            ClassCount = real.ClassCount,
            Rounds = settings.Rounds,
            Delta = settings.Delta,
            Shares = new NoiseShares(1),
            DeclaredPatients = Math.Max(1, real.Patients.Count / 2),
        };
        return settings.Epsilon is { } epsilon ? plan.WithNoiseFor(epsilon) : plan;
    }
}
