using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>Looks through a data set and reports on it. Nothing is stored.</summary>
public static class DatasetCheck
{
    /// <summary>
    /// Checks a folder or ZIP as an import would read it. The report names files as they came: see <see cref="QualityReport.WithoutNames"/> before it is stored.
    /// A source without any usable image gives a report too.
    /// </summary>
    /// <exception cref="DatasetRefusedException">The source is refused as a whole.</exception>
    public static async Task<QualityReport> RunAsync(
        string path, DatasetImportOptions? options, XrayDecoder decoder, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        options ??= new DatasetImportOptions();
        using IDatasetSource source = DatasetReader.Open(path, options.Archive);
        DatasetListing listing = await DatasetReader.ListAsync(source, decoder.Patients, options, cancellationToken).ConfigureAwait(false);
        var builder = new QualityReportBuilder(listing.Entries.Select(entry => entry.Label));
        var refusals = new RejectedFile?[listing.Entries.Count];
        await DatasetReader.DecodeAllAsync(
            source,
            listing.Entries,
            decoder,
            (index, outcome, _) =>
            {
                DatasetEntry entry = listing.Entries[index];
                if (outcome.Image is null)
                {
                    refusals[index] = new RejectedFile(ShownName.Of(entry.Name), outcome.Refusal!.Kind, outcome.Refusal.Reason);
                }
                else
                {
                    builder.Add(index, ShownName.Of(entry.Name), DatasetImport.ItemOf(entry, outcome, ImageStore.IdOf(outcome.Image, entry.IsSynthetic)), outcome.Image);
                }

                return ValueTask.CompletedTask;
            },
            progress,
            cancellationToken).ConfigureAwait(false);
        return builder.Build([.. listing.Rejected, .. refusals.OfType<RejectedFile>()], listing.Warnings);
    }

    /// <summary>Checks a data set in the store. Images are named by the first digits of their ids.</summary>
    public static async Task<QualityReport> OfStoredAsync(
        ImportedDataset dataset, ImageStore store, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        var builder = new QualityReportBuilder(dataset.Items.Select(item => item.Label));
        int done = 0;
        await Parallel.ForAsync(0, dataset.Items.Count, cancellationToken, async (i, token) =>
        {
            DatasetItem item = dataset.Items[i];
            builder.Add(i, item.Id[..12], item, await store.ReadAsync(item.Id, token).ConfigureAwait(false));
            progress?.Report(new DatasetProgress("Checking", Interlocked.Increment(ref done), dataset.Items.Count));
        }).ConfigureAwait(false);
        return builder.Build(dataset.WithoutNames().Rejected, []);
    }
}
