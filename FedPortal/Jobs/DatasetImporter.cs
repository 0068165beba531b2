using System.Collections.Concurrent;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>
/// Brings a data set into the store of a hosted site: decode in the sandbox, store, divide by patient, check quality. Everything is named by
/// its content, so an import that was cut off is simply run again.
/// </summary>
internal sealed class DatasetImporter(
    DatasetStore datasets, SitePlaces places, IOptions<PortalOptions> options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    // One at a time: one import already uses all cores for decoding.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _begun = new();

    /// <summary>When this process began to read a data set's files; null while it waits its turn, and after the end.</summary>
    public DateTimeOffset? BegunAt(Guid datasetId) => _begun.TryGetValue(datasetId, out DateTimeOffset at) ? at : null;

    public async Task RunAsync(Guid datasetId, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        _begun[datasetId] = clock.GetUtcNow();
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
            _begun.TryRemove(datasetId, out _);
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
        DatasetPlace place = (await datasets.PlaceAsync(Viewer.Everything, dataset.Id, cancellationToken))!;
        var home = new SiteHome(places.HomeOf(place.OwnerCode));
        return dataset.Source == DatasetSource.Revision ? await ReviseAsync(dataset, home, cancellationToken) : await ReadAsync(dataset, home, cancellationToken);
    }

    private async Task<ImportResult> ReadAsync(Dataset dataset, SiteHome home, CancellationToken cancellationToken)
    {
        var progress = new LatestProgress();
        var wanted = new IntakeOptions(dataset.Hospital, dataset.Purpose == DatasetPurpose.ConsortiumHoldout, options.Value.HoldoutShare, dataset.Seed);
        Task<IntakeResult> running = new SiteIntake(home).RunAsync(dataset.Id, dataset.Location, wanted, progress, cancellationToken);
        await ShowUntilDoneAsync(dataset.Id, running, progress, cancellationToken);
        return ResultOf(await running);
    }

    private async Task<ImportResult> ReviseAsync(Dataset dataset, SiteHome home, CancellationToken cancellationToken)
    {
        Dataset previous = await datasets.GetAsync(dataset.PreviousId!.Value, cancellationToken);
        (IntakeResult taken, IReadOnlyList<int> origins) = await new SiteIntake(home).ReviseAsync(dataset.Id, previous.Id, previous.Version, dataset.Changes, cancellationToken);
        var masked = dataset.Changes.Where(change => change.Masks.Count > 0).Select(change => change.Index).ToHashSet();
        return ResultOf(taken) with
        {
            // A masked image is another picture: somebody has to look at it again if writing is still found.
            JudgedHarmless = [.. origins.Index().Where(image => previous.JudgedHarmless.Contains(image.Item) && !masked.Contains(image.Item)).Select(image => image.Index)],
        };
    }

    private ImportResult ResultOf(IntakeResult taken) => new(
        CountsOf(taken.Dataset), taken.Dataset.Rejected.Count, taken.Dataset.IsSynthetic, taken.Report.ToJson(),
        JsonSerializer.Serialize(taken.Split, ProtocolJson.Options), taken.Dataset.Hash)
    {
        DuplicateTags = ConsortiumKeys.DuplicateTags(places).Of(taken.Dataset),
        SuspectCount = taken.Report.TextSuspects.Count,
    };

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
