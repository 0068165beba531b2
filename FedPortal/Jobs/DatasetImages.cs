using System.Collections.Concurrent;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Protocol;

namespace FedPortal.Jobs;

/// <summary>One image of a hosted data set as its coordinator may see it.</summary>
public sealed record DatasetImage(int Index, string Label, DatasetSplit? Split, int Width, int Height, bool HasPatient, ImageFacts Facts);

/// <summary>
/// Shows the images of hosted data sets to those who may see them, and takes their decisions. It is the one place in the portal that reads
/// images out of a hosted institution's home; images at a hospital's own site cannot be seen here at all.
/// </summary>
public sealed class DatasetImages
{
    private const int RememberedRecords = 8;

    private readonly DatasetStore _datasets;
    private readonly SitePlaces _places;
    private readonly ConcurrentDictionary<string, ImportedDataset> _records = new();

    internal DatasetImages(DatasetStore datasets, SitePlaces places)
    {
        _datasets = datasets;
        _places = places;
    }

    /// <returns>All images in the data set's order; null when they do not lie at this portal.</returns>
    public async Task<IReadOnlyList<DatasetImage>?> ListAsync(Guid datasetId, CancellationToken cancellationToken) =>
        await _datasets.PlaceAsync(Viewer.Everything, datasetId, cancellationToken) is { } place && RecordOf(place) is { } record
            ? [.. record.Items.Select((item, index) => new DatasetImage(index, item.Label, item.Split, item.Width, item.Height, item.PatientKey is not null, item.Facts))]
            : null;

    /// <returns>A PNG of at most <paramref name="maxSide"/> pixels a side; null when there is no such image here.</returns>
    /// <exception cref="ArgumentException">The window is not one; see <see cref="ImageRendering.ToPng"/>.</exception>
    public async Task<byte[]?> RenderAsync(DatasetPlace place, int index, double low, double high, int maxSide, CancellationToken cancellationToken) =>
        RecordOf(place) is { } record && index >= 0 && index < record.Items.Count
            ? ImageRendering.ToPng(await ReadAsync(place, record.Items[index], cancellationToken), low, high, maxSide)
            : null;

    /// <summary>An image for a look at what preprocessing makes of it.</summary>
    /// <param name="number">Any; beyond the last image it begins anew with the first.</param>
    /// <returns>Null when there is no image of the data set here.</returns>
    public async Task<XrayImage?> SampleAsync(DatasetPlace place, int number, CancellationToken cancellationToken) =>
        RecordOf(place) is { Items: { Count: > 0 } items } ? await ReadAsync(place, items[Math.Abs(number % items.Count)], cancellationToken) : null;

    /// <summary>Puts a decision on one image into the draft of the next version.</summary>
    public Task DecideAsync(Guid datasetId, DatasetChange change, string actor, CancellationToken cancellationToken) => _datasets.EditAsync(
        datasetId, (dataset, now) => dataset.Decide(change, now), actor,
        change.IsEmpty ? $"Took back the change of image {change.Index + 1}." : $"Drafted a change of image {change.Index + 1}: {Words(change)}.", cancellationToken);

    /// <summary>Records that a person looked at the writing in an image.</summary>
    public Task JudgeAsync(Guid datasetId, int index, bool isHarmless, string actor, CancellationToken cancellationToken) => _datasets.EditAsync(
        datasetId, (dataset, now) => dataset.Judge(index, isHarmless, now), actor,
        $"Judged the writing in image {index + 1}: {(isHarmless ? "it names nobody" : "to be looked at again")}.", cancellationToken);

    public Task DiscardAsync(Guid datasetId, string actor, CancellationToken cancellationToken) =>
        _datasets.EditAsync(datasetId, (dataset, now) => dataset.ClearDraft(now), actor, "Threw the drafted changes away.", cancellationToken);

    /// <exception cref="ArgumentException">The end is not in the future, or too far in it.</exception>
    public Task AcceptTermsAsync(Guid datasetId, DateTimeOffset expiresAt, string actor, CancellationToken cancellationToken) => _datasets.EditAsync(
        datasetId, (dataset, now) => dataset.AcceptTerms(actor, expiresAt, now), actor,
        $"Accepted the terms of use {DataUseTerms.CurrentVersion} until {expiresAt:yyyy-MM-dd}.", cancellationToken);

    public Task WithdrawTermsAsync(Guid datasetId, string actor, CancellationToken cancellationToken) =>
        _datasets.EditAsync(datasetId, (dataset, now) => dataset.WithdrawTerms(now), actor, "Ended the use of the data set.", cancellationToken);

    private static string Words(DatasetChange change) => string.Join(", ", new[]
    {
        change.IsRemoved ? "taken out" : null,
        change.Label is { } label ? $"label {label}" : null,
        change.Masks.Count > 0 ? $"{change.Masks.Count} parts blackened" : null,
    }.OfType<string>());

    private ImportedDataset? RecordOf(DatasetPlace place)
    {
        if (place.ContentHash is null)
        {
            return null;
        }

        string key = $"{place.Id:N}{place.ContentHash}";
        if (_records.TryGetValue(key, out ImportedDataset? known))
        {
            return known;
        }

        string path = HomeOf(place).DatasetFile(place.Id);
        if (!File.Exists(path))
        {
            return null;
        }

        if (_records.Count >= RememberedRecords)
        {
            _records.Clear();
        }

        return _records.GetOrAdd(key, ImportedDataset.Load(path));
    }

    private Task<XrayImage> ReadAsync(DatasetPlace place, DatasetItem item, CancellationToken cancellationToken) =>
        new ImageStore(HomeOf(place).Images).ReadAsync(item.Id, cancellationToken);

    private SiteHome HomeOf(DatasetPlace place) => new(_places.HomeOf(place.OwnerCode));
}
