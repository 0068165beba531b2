using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>A saved model inside an engine of its own, ready to predict.</summary>
internal sealed class OpenedModel : IAsyncDisposable
{
    private readonly PrivateFolder _folder;

    private OpenedModel(PrivateFolder folder, EngineProcess engine, ModelCard card, ModelLayout layout, ModelFile file, string deviceName)
    {
        Layout = layout;
        _folder = folder;
        Engine = engine;
        Card = card;
        File = file;
        DeviceName = deviceName;
    }

    public EngineProcess Engine { get; }

    public ModelCard Card { get; }

    public ModelLayout Layout { get; }

    public ModelFile File { get; }

    public string DeviceName { get; }

    /// <exception cref="InvalidDataException">The file is not a saved model.</exception>
    /// <exception cref="CommandException">The engine refused it.</exception>
    public static async Task<OpenedModel> OpenAsync(string path, CancellationToken ct)
    {
        (ModelDescription description, ModelCard card, int round) = GlobalModelFile.ReadCard(path);
        var folder = new PrivateFolder();
        var engine = EngineProcess.Start("the engine");
        try
        {
            string values = folder.File("model");
            CreatedReply created = await engine.AskAsync<CreatedReply>(new OpenModelRequest(path, values), "reading the model", null, ct);
            var layout = new ModelLayout(description, created.Tensors);
            return new OpenedModel(folder, engine, card, layout, new ModelFile(description, layout.Hash, round, values), created.DeviceName);
        }
        catch
        {
            await engine.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    private string StorePath => _folder.File("store");

    /// <summary>Takes labelled images in, for as long as this object is there.</summary>
    public async Task<ImportedDataset> ImportAsync(string path, CancellationToken ct)
    {
        await using var decoder = new XrayDecoder();
        return await new DatasetImport(new ImageStore(StorePath), decoder).RunAsync(path, new DatasetImportOptions { Classes = Card.Classes }, progress: null, ct);
    }

    /// <summary>Predicts imported images, in their order and whatever their splits.</summary>
    /// <param name="images">Some or all of what was taken in.</param>
    /// <param name="what">How to call them where something goes wrong.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<Predictions> PredictAsync(IEnumerable<DatasetItem> images, string what, CancellationToken ct) =>
        (await MeasureAsync(images, what, ct)).Predictions;

    /// <summary>As <see cref="PredictAsync"/>, with the spread of the images' statistics.</summary>
    public async Task<(Predictions Predictions, InputReference? Inputs)> MeasureAsync(IEnumerable<DatasetItem> images, string what, CancellationToken ct)
    {
        await LoadAsync(images, what, ct);
        PredictedReply predicted = await Engine.AskAsync<PredictedReply>(new PredictRequest(File, TryBackdoor: false, new ComputeOptions()), $"predicting {what}", null, ct);
        return (new Predictions(Card.Classes, predicted.Labels, predicted.Probabilities, predicted.IsSynthetic), predicted.Inputs);
    }

    /// <summary>Loads imported images into the engine as its hold-out, whatever their splits.</summary>
    public Task<LoadedReply> LoadAsync(IEnumerable<DatasetItem> images, string what, CancellationToken ct)
    {
        string record = _folder.File("images.json");
        new ImportedDataset([.. images.Select(item => item with { Split = DatasetSplit.Holdout })], [], []).Save(record);
        return LoadAsync(new StoredImages(StorePath, record), Card.Pipeline, what, ct);
    }

    /// <summary>Loads images into the engine.</summary>
    public Task<LoadedReply> LoadAsync(ImageSource source, PreprocessingPipeline pipeline, string what, CancellationToken ct) =>
        Engine.AskAsync<LoadedReply>(new LoadRequest(source, Card.Classes, pipeline), $"preparing {what}", null, ct);

    /// <summary>A path in a folder that goes away with this object.</summary>
    public string TemporaryFile(string name) => _folder.File(name);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _folder.Dispose();
    }
}
