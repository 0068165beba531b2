using System.Globalization;
using System.Text.Json;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Comparison;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>The institutions of a comparison: one engine each, which holds its images for all methods. What methods hand over lies in one private folder.</summary>
internal sealed class ComparedStudy(ComparisonSetup setup) : IAsyncDisposable
{
    private const int TransferSeed = 1_000_003;

    private readonly EngineGroup _group = new(setup.Resources.Concurrency);
    private LoadedReply[] _loaded = [];
    private readonly Dictionary<string, EngineProcess> _further = []; // by whom they work for; they end with the group
    private int _files;

    public ComparisonSetup Setup => setup;

    public PrivateFolder Folder { get; } = new();

    public EngineGroup Group => _group;

    public IReadOnlyList<EngineProcess> Sites { get; private set; } = [];

    /// <summary>Training images of each institution.</summary>
    public IReadOnlyList<int> TrainCounts => [.. _loaded.Select(reply => reply.TrainCount)];

    /// <summary>Processor time of all processes so far.</summary>
    public double CpuSeconds => Environment.CpuUsage.TotalTime.TotalSeconds + _group.Engines.Sum(engine => engine.CpuSeconds);

    public string NameOf(int site) => setup.Images.Institutions[site].Name;

    public async Task OpenAsync(CancellationToken ct)
    {
        _loaded = await InstitutionEngines.LoadAsync(_group, setup.Images, setup.Pipeline, ct);
        Sites = [.. _group.Engines];
        if (_loaded.Sum(reply => reply.HoldoutCount) == 0)
        {
            throw new CommandException("There is no hold-out image to measure on.");
        }
    }

    public ComparisonSettings Settings() => new(
        setup.DataInWords,
        setup.Images.IsSynthetic,
        _loaded.Length,
        _loaded.Sum(reply => reply.TrainCount),
        _loaded.Sum(reply => reply.HoldoutCount),
        [.. _loaded.Select((reply, site) => new ComparedSite(NameOf(site), reply.TrainCount, reply.HoldoutCount))],
        setup.Images.Classes,
        setup.Pipeline.Size,
        ModelNames.NameOf(setup.Model.Architecture),
        setup.Rounds,
        setup.Plan.Epochs,
        setup.Repeats,
        setup.Seed,
        setup.Command);

    /// <summary>Of all that results depend on. Which methods run and how often may change.</summary>
    public string Fingerprint()
    {
        string[] sources = [.. setup.Images.Institutions.Select(institution => institution.Source switch
        {
            StoredImages stored => ContentHash.OfFile(stored.RecordPath),
            ImageSource other => JsonSerializer.Serialize(other, ProtocolJson.Options),
        })];
        return ContentHash.OfText(string.Join('\n', [
            .. sources, string.Join(' ', setup.Images.Classes), setup.Pipeline.Hash, $"{setup.Model}", JsonSerializer.Serialize(setup.Plan, ProtocolJson.Options), $"{setup.Meta}",
            string.Create(CultureInfo.InvariantCulture, $"{setup.Rounds} {setup.Seed} {setup.Temperature} {setup.TransferImages}"), $"{setup.Protection.Privacy}",
        ]));
    }

    /// <summary>A path of its own in the private folder.</summary>
    public string NewPath(string what) => Folder.File(string.Create(CultureInfo.InvariantCulture, $"{what}-{Interlocked.Increment(ref _files)}"));

    /// <summary>Writes a model where engines can read it.</summary>
    public ModelFile Save(GlobalModel model)
    {
        string path = NewPath("model");
        VectorFile.Write(path, model.Values.Span);
        return new ModelFile(model.Layout.Description, model.Layout.Hash, model.Version, path);
    }

    public async Task<GlobalModel> FirstModelAsync(ModelDescription description, int seed, CancellationToken ct)
    {
        string path = NewPath("first");
        (GlobalModel model, _) = await InstitutionEngines.FirstModelAsync(Sites[0], description, seed, path, ct);
        File.Delete(path);
        return model;
    }

    /// <summary>An engine that holds the images of all institutions.</summary>
    public async Task<EngineProcess> PooledAsync(CancellationToken ct)
    {
        const string Owner = "all institutions together";
        if (!_further.TryGetValue(Owner, out EngineProcess? pooled))
        {
            pooled = _group.Start(Owner);
            var source = new PooledImages([.. setup.Images.Institutions.Select(institution => institution.Source)]);
            await pooled.AskAsync<LoadedReply>(new LoadRequest(source, setup.Images.Classes, setup.Pipeline), "preparing all images", null, ct);
            _further[Owner] = pooled;
        }

        return pooled;
    }

    /// <summary>An engine that holds no institution's image, and the public images there and at all institutions.</summary>
    public async Task<EngineProcess> WithPublicImagesAsync(CancellationToken ct)
    {
        const string Owner = "the server";
        if (!_further.TryGetValue(Owner, out EngineProcess? server))
        {
            server = _group.Start(Owner);
            var phantoms = new PhantomConsortiumOptions
            {
                ImageCount = setup.TransferImages,
                InstitutionCount = 1,
                HoldoutCount = 0,
                Size = PhantomFederation.DrawnSize(setup.Pipeline.Size),
                Seed = TransferSeed,
            };
            var request = new LoadTransferRequest(new PhantomImages(phantoms, 0), PhantomConsortium.Classes, setup.Pipeline);
            await _group.AskAsync([.. Sites, server], (engine, _, token) => engine.AskAsync<ComparisonDoneReply>(request, "drawing public images", null, token), ct);
            _further[Owner] = server;
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _group.DisposeAsync();
        Folder.Dispose();
    }
}
