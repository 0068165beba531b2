using System.Diagnostics;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>One institution's images, prepared and in memory.</summary>
internal sealed record LoadedImages(PreparedDataset Train, PreparedDataset Holdout, TimeSpan PrepareTime)
{
    public static async Task<LoadedImages> LoadAsync(LoadRequest load, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        (PreparedDataset train, PreparedDataset holdout) = await LoadAsync(load.Source, load, ct);
        return new LoadedImages(train, holdout, clock.Elapsed);
    }

    private static async Task<(PreparedDataset Train, PreparedDataset Holdout)> LoadAsync(ImageSource source, LoadRequest load, CancellationToken ct) => source switch
    {
        StoredImages stored => await ReadAsync(stored, load, ct),
        PhantomImages phantoms => await DrawAsync(phantoms, load, ct),
        PooledImages pooled => await PoolAsync(pooled, load, ct),
        _ => throw new InvalidDataException($"An engine cannot read {source.GetType().Name}."),
    };

    private static async Task<(PreparedDataset Train, PreparedDataset Holdout)> PoolAsync(PooledImages pooled, LoadRequest load, CancellationToken ct)
    {
        var parts = new List<(PreparedDataset Train, PreparedDataset Holdout)>();
        foreach (ImageSource source in pooled.Sources)
        {
            parts.Add(await LoadAsync(source, load, ct));
        }

        return (PreparedDataset.Concat([.. parts.Select(part => part.Train)]), PreparedDataset.Concat([.. parts.Select(part => part.Holdout)]));
    }

    private static async Task<(PreparedDataset Train, PreparedDataset Holdout)> ReadAsync(StoredImages stored, LoadRequest load, CancellationToken ct)
    {
        PreparedDataset all = await PreparedDataset.LoadAsync(
            ImportedDataset.Load(stored.RecordPath), new ImageStore(stored.StorePath), load.Pipeline, load.Classes, cacheFolder: null, progress: null, ct);
        PreparedDataset Part(DatasetSplit split) => all.Subset([.. Enumerable.Range(0, all.Count).Where(image => all.Split(image) == split)]);
        return (Part(DatasetSplit.Train), Part(DatasetSplit.Holdout));
    }

    private static async Task<(PreparedDataset Train, PreparedDataset Holdout)> DrawAsync(PhantomImages phantoms, LoadRequest load, CancellationToken ct)
    {
        var consortium = new PhantomConsortium(phantoms.Consortium);
        PhantomInstitution institution = consortium.Institutions[phantoms.Institution];
        int count = consortium.Institutions.Count;
        var holdout = new PhantomInstitution(consortium.Holdout.Name, [.. consortium.Holdout.Items.Where(item => item.Style % count == phantoms.Institution % count)]);
        return (await consortium.PrepareAsync(institution, load.Pipeline, progress: null, ct), await consortium.PrepareAsync(holdout, load.Pipeline, progress: null, ct));
    }
}
