using System.Collections.Concurrent;
using System.Text.Json;
using FedPortal.Models;
using FedPortal.Studies;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;

namespace FedPortal.Data;

/// <summary>Reads and writes global models as blobs. It needs no network: the layout came with the first model.</summary>
internal sealed class GlobalModelFiles(BlobStore blobs)
{
    private readonly ConcurrentDictionary<string, ModelLayout> _layouts = new();

    public async Task<string> AddLayoutAsync(ModelLayout layout, CancellationToken cancellationToken)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(layout.Tensors, ProtocolJson.Options);
        return (await blobs.AddAsync(path => File.WriteAllBytes(path, json), cancellationToken)).Hash;
    }

    public async Task<ModelLayout> LayoutAsync(Study study, GlobalModelVersion version, CancellationToken cancellationToken)
    {
        if (_layouts.TryGetValue(version.LayoutHash, out ModelLayout? known))
        {
            return known;
        }

        await using FileStream file = File.OpenRead(blobs.PathOf(version.LayoutBlobHash));
        TensorEntry[] tensors = await JsonSerializer.DeserializeAsync<TensorEntry[]>(file, ProtocolJson.Options, cancellationToken)
            ?? throw new InvalidDataException($"The layout {version.LayoutBlobHash} is empty.");
        var layout = new ModelLayout(study.Design.Model, tensors);
        if (layout.Hash != version.LayoutHash)
        {
            throw new InvalidDataException($"The stored layout has hash {layout.Hash} but model version {version.Version} has {version.LayoutHash}.");
        }

        return _layouts.GetOrAdd(version.LayoutHash, layout);
    }

    public async Task<StoredBlob> AddModelAsync(Study study, GlobalModel model, CancellationToken cancellationToken)
    {
        ModelCard card = CardOf(study);
        return await blobs.AddAsync(path => GlobalModelFile.Save(path, model, card), cancellationToken);
    }

    /// <summary>What must be known to use a model of the study.</summary>
    public static ModelCard CardOf(Study study) => new(study.Design.Classes, study.Design.Preprocessing, study.IsSynthetic, study.Design.Strategy);

    public async Task<GlobalModel> ReadModelAsync(Study study, GlobalModelVersion version, CancellationToken cancellationToken)
    {
        ModelLayout layout = await LayoutAsync(study, version, cancellationToken);
        GlobalModel model = GlobalModelFile.Load(blobs.PathOf(version.BlobHash), _ => layout).Model;
        return model.Version == version.Version
            ? model : throw new InvalidDataException($"Expected model version {version.Version} but the blob holds {model.Version}.");
    }
}
