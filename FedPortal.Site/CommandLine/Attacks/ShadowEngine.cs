using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Attacks;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary>An engine that holds the pool of an attack and trains its shadow models.</summary>
internal sealed class ShadowEngine : IAsyncDisposable
{
    private readonly PrivateFolder _folder;
    private readonly EngineProcess _engine;
    private readonly ShadowSetup _setup;

    private ShadowEngine(PrivateFolder folder, EngineProcess engine, ShadowSetup setup, PoolReply pool)
    {
        _folder = folder;
        _engine = engine;
        _setup = setup;
        Pool = pool;
    }

    public PoolReply Pool { get; }

    public static async Task<ShadowEngine> OpenAsync(ShadowSetup setup, int canaries, CancellationToken ct)
    {
        var folder = new PrivateFolder();
        EngineProcess? engine = null;
        try
        {
            (ImageSource source, IReadOnlyList<string> classes) = await SourceAsync(setup, folder, ct);
            engine = EngineProcess.Start("the engine");
            await engine.AskAsync<LoadedReply>(new LoadRequest(source, classes, PreprocessingPipeline.Default(setup.Size)), "preparing the images", null, ct);
            PoolReply pool = await engine.AskAsync<PoolReply>(PoolRequest(setup, classes.Count, canaries), "making the pool", Tell, ct);
            return new ShadowEngine(folder, engine, setup, pool);
        }
        catch
        {
            await (engine?.DisposeAsync() ?? ValueTask.CompletedTask);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>See <see cref="ShadowTraining"/>.</summary>
    public async Task<double[]> TrainAsync(IReadOnlyList<int> members, int seed, CancellationToken ct) =>
        (await _engine.AskAsync<ShadowReply>(new ShadowRequest(members, seed), "training a shadow model", null, ct)).Scores;

    /// <summary>Kept in the checkpoint folder if there is one.</summary>
    public ShadowScoreFile Scores(string attack)
    {
        string path = _setup.Checkpoint is { } checkpoint ? Path.Combine(Directory.CreateDirectory(checkpoint).FullName, $"{attack}.scores") : _folder.File("scores");
        return new ShadowScoreFile(path, Pool.Fingerprint, Pool.RealUnits + Pool.Canaries);
    }

    public string Describe() => FormattableString.Invariant(
        $"{Pool.RealUnits}{(_setup.Data is null ? " synthetic" : "")} patients, {(_setup.Regime == ShadowSetup.Network ? "slim ResNet-50" : $"head with noise z = {Pool.NoiseMultiplier:g4}")}");

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private static void Tell(TrainingProgress progress) =>
        AttackOptions.ToStandardError.Report(new AttackProgress($"training the backbone on phantoms, epoch {progress.Epoch} of {progress.EpochCount}", 0, 1));

    private static EngineRequest PoolRequest(ShadowSetup setup, int classes, int canaries) => setup.Regime == ShadowSetup.Network
        ? new NetworkPoolRequest(
            new ModelDescription(ClassifierArchitecture.ResNet50Slim, classes),
            new TrainingPlan { Epochs = setup.Epochs, Augment = false, LabelSmoothing = 0, Seed = setup.Seed }, canaries, setup.Seed, new ComputeOptions())
        : new HeadPoolRequest(
            setup.Backbone, PrivateHeadOptions.CacheFolder(), new HeadSettings(setup.Epsilon, setup.Dimensions, setup.Rounds, setup.Claim.Delta), canaries, setup.Seed, new ComputeOptions());

    private static async Task<(ImageSource Source, IReadOnlyList<string> Classes)> SourceAsync(ShadowSetup setup, PrivateFolder folder, CancellationToken ct)
    {
        if (setup.Data is null)
        {
            return (new PhantomImages(PhantomFederation.Options(setup.Phantoms, institutions: 1, setup.Size, setup.Seed), 0), PhantomConsortium.Classes);
        }

        await using var decoder = new XrayDecoder();
        ImportedDataset all = await new DatasetImport(new ImageStore(folder.File("store")), decoder).RunAsync(setup.Data, new DatasetImportOptions(), progress: null, ct);
        string record = folder.File("images.json");
        new ImportedDataset([.. all.Items.Select(item => item with { Split = DatasetSplit.Train })], all.Rejected, all.Warnings).Save(record);
        return (new StoredImages(folder.File("store"), record), all.Classes);
    }
}
