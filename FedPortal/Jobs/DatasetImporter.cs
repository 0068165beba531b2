using System.Text.Json;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>
/// Brings a data set into the store of a hosted site: decode in the sandbox, store, divide by patient, check quality. Everything is named by
/// its content, so an import that was cut off is simply run again.
/// </summary>
internal sealed class DatasetImporter(
    DatasetStore datasets, InstitutionStore institutions, SitePlaces places, IOptions<PortalOptions> options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    // One at a time: one import already uses all cores for decoding.
    private readonly SemaphoreSlim _gate = new(1, 1);

    public async Task RunAsync(Guid datasetId, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Dataset dataset = await datasets.GetAsync(datasetId, cancellationToken);
            if (dataset.State == DatasetState.Importing)
            {
                ImportResult result = await ImportAsync(dataset, cancellationToken);
                FaultPoint.Reach("portal:importing");
                string told = $"Imported '{dataset.Name}': {result.Classes.Sum(c => c.Total)} images, {result.RejectedCount} files refused.";
                await datasets.TryChangeAsync(datasetId, (d, now) => d.Finish(result, now), told, cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Removes an uploaded file once its import has ended, well or not: it is the one place where images lie as they came.</summary>
    public async Task ForgetUploadAsync(Guid datasetId, CancellationToken cancellationToken)
    {
        Dataset dataset = await datasets.GetAsync(datasetId, cancellationToken);
        if (dataset is { Source: DatasetSource.Upload, State: not DatasetState.Importing } && Path.GetDirectoryName(dataset.Location) == places.Uploads)
        {
            UploadFolder.Delete(dataset.Location);
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<ImportResult> ImportAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        InstitutionRow? owner = dataset.InstitutionId is { } id ? await institutions.FindAsync(Viewer.Everything, id, cancellationToken) : null;
        var home = new SiteHome(places.HomeOf(owner?.ShortCode));
        var store = new ImageStore(home.Images);
        return dataset.Source == DatasetSource.Revision
            ? await ReviseAsync(dataset, home, store, cancellationToken)
            : await ReadAsync(dataset, home, store, cancellationToken);
    }

    private async Task<ImportResult> ReadAsync(Dataset dataset, SiteHome home, ImageStore store, CancellationToken cancellationToken)
    {
        var progress = new LatestProgress();
        await using var decoder = new XrayDecoder(patients: PatientKeys.LoadOrCreate(home.PatientKey));
        var import = new DatasetImport(store, decoder);
        var wanted = new DatasetImportOptions
        {
            Hospital = dataset.Hospital,
            Split = dataset.Purpose == DatasetPurpose.ConsortiumHoldout ? DatasetSplit.Holdout : null,
        };

        Task<ImportedDataset> running = import.RunAsync(dataset.Location, wanted, progress, cancellationToken);
        await ShowUntilDoneAsync(dataset.Id, running, progress, cancellationToken);
        (ImportedDataset divided, SplitRecord split) = Divide(dataset, await running);
        return await FinishAsync(dataset, divided, split, home, store, cancellationToken);
    }

    private async Task<ImportResult> ReviseAsync(Dataset dataset, SiteHome home, ImageStore store, CancellationToken cancellationToken)
    {
        Dataset previous = await datasets.GetAsync(dataset.PreviousId!.Value, cancellationToken);
        RevisedDataset revised = await DatasetRevision.ApplyAsync(ImportedDataset.Load(home.DatasetFile(previous.Id)), dataset.Changes, store, cancellationToken);
        (ImportedDataset divided, SplitRecord split) = Recorded($"as in version {previous.Version}", revised.Dataset);
        ImportResult result = await FinishAsync(dataset, divided, split, home, store, cancellationToken);
        var masked = dataset.Changes.Where(change => change.Masks.Count > 0).Select(change => change.Index).ToHashSet();
        return result with
        {
            // A masked image is another picture: somebody has to look at it again if writing is still found.
            JudgedHarmless = [.. revised.Origins.Index().Where(image => previous.JudgedHarmless.Contains(image.Item) && !masked.Contains(image.Item)).Select(image => image.Index)],
        };
    }

    private async Task<ImportResult> FinishAsync(
        Dataset dataset, ImportedDataset divided, SplitRecord split, SiteHome home, ImageStore store, CancellationToken cancellationToken)
    {
        divided.Save(home.DatasetFile(dataset.Id));
        QualityReport report = await DatasetCheck.OfStoredAsync(divided, store, progress: null, cancellationToken);
        return new ImportResult(
            CountsOf(divided), divided.Rejected.Count, divided.IsSynthetic, report.WithoutNames().ToJson(),
            JsonSerializer.Serialize(split, ProtocolJson.Options), divided.Hash)
        {
            DuplicateTags = ConsortiumKeys.DuplicateTags(places).Of(divided),
            SuspectCount = report.TextSuspects.Count,
        };
    }

    // At most one write a second, whatever the speed of the import.
    private async Task ShowUntilDoneAsync(Guid datasetId, Task running, LatestProgress progress, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(running, Task.Delay(Beat, clock, cancellationToken)) != running)
        {
            if (progress.Value is { } latest)
            {
                await datasets.TryChangeAsync(datasetId, (d, now) => d.ReportProgress(latest.Done, latest.Total, now), told: null, cancellationToken);
            }
        }
    }

    private (ImportedDataset Dataset, SplitRecord Split) Divide(Dataset dataset, ImportedDataset imported)
    {
        if (dataset.Purpose == DatasetPurpose.ConsortiumHoldout)
        {
            return Recorded("all images are hold-out", new ImportedDataset([.. imported.Items.Select(item => item with { Split = DatasetSplit.Holdout })], imported.Rejected, imported.Warnings));
        }

        bool isGiven = imported.Items.All(item => item.Split is not null) && imported.Items.Any(item => item.Split == DatasetSplit.Holdout);
        if (isGiven)
        {
            RefuseTornPatients(imported);
            return Recorded("given by the data set", imported);
        }

        DatasetSplitRecord split = DatasetSplitter.Split(imported, options.Value.HoldoutShare, dataset.Seed);
        var holdout = split.Holdout.ToHashSet();
        DatasetItem[] items = [.. imported.Items.Select((item, i) => item with { Split = holdout.Contains(i) ? DatasetSplit.Holdout : DatasetSplit.Train })];
        return Recorded("by patient, stratified by class", new ImportedDataset(items, imported.Rejected, imported.Warnings), dataset.Seed, options.Value.HoldoutShare);
    }

    private static (ImportedDataset Dataset, SplitRecord Split) Recorded(string method, ImportedDataset divided, int? seed = null, double? share = null) => (divided, new SplitRecord(
        method, seed, share,
        divided.Items.Count(item => item.Split == DatasetSplit.Train),
        divided.Items.Count(item => item.Split == DatasetSplit.Holdout),
        divided.Items.Select(item => item.PatientKey).OfType<string>().Distinct().Count(),
        divided.Items.Count(item => item.PatientKey is null),
        divided.Hash));

    private static void RefuseTornPatients(ImportedDataset imported)
    {
        int torn = imported.Items.Where(item => item.PatientKey is not null).GroupBy(item => item.PatientKey)
            .Count(patient => patient.Select(item => item.Split).Distinct().Count() > 1);
        if (torn > 0)
        {
            throw new DatasetRefusedException($"The data set puts {torn} patients on both sides of its split.");
        }
    }

    private static IReadOnlyList<ClassCount> CountsOf(ImportedDataset divided) =>
        [.. divided.Items.GroupBy(item => item.Label).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => new ClassCount(
            label.Key, label.Count(item => item.Split == DatasetSplit.Train), label.Count(item => item.Split == DatasetSplit.Holdout)))];

    private sealed class LatestProgress : IProgress<DatasetProgress>
    {
        private DatasetProgress? _value;

        public DatasetProgress? Value => Volatile.Read(ref _value);

        public void Report(DatasetProgress value) => Volatile.Write(ref _value, value);
    }
}
