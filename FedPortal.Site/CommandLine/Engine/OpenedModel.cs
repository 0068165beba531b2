using FedPortal.Training.Learning;
using FedPortal.Training.Models;

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

    /// <summary>A path in a folder that goes away with this object.</summary>
    public string TemporaryFile(string name) => _folder.File(name);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _folder.Dispose();
    }
}
