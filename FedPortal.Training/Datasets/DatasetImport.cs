using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>
/// Brings images from outside into the site's store: folder per class, hospital and class folders, folder with <c>manifest.csv</c>, or a ZIP of any of these. Each
/// file is decoded in the sandbox and only its pixels, label, keyed patient hash and coded facts go on.
/// </summary>
public sealed class DatasetImport(ImageStore store, XrayDecoder decoder)
{
    /// <summary>Imports a folder or a ZIP file.</summary>
    /// <exception cref="DatasetRefusedException">The source is refused as a whole, or holds no usable image.</exception>
    public async Task<ImportedDataset> RunAsync(
        string path, DatasetImportOptions? options, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        options ??= new DatasetImportOptions();
        using IDatasetSource source = DatasetReader.Open(path, options.Archive);
        return await RunAsync(source, options, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for an uploaded ZIP; the stream must be seekable.</summary>
    public async Task<ImportedDataset> RunAsync(
        Stream archive, DatasetImportOptions? options, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        options ??= new DatasetImportOptions();
        using IDatasetSource source = DatasetReader.OpenArchive(archive, options.Archive);
        return await RunAsync(source, options, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The hospitals that a source names, in ordinal order; empty if it names none.</summary>
    public static async Task<IReadOnlyList<string>> HospitalsAsync(string path, CancellationToken cancellationToken)
    {
        var options = new DatasetImportOptions();
        using IDatasetSource source = DatasetReader.Open(path, options.Archive);
        DatasetListing listing = await DatasetReader.ListAsync(source, PatientKeys.Ephemeral(), options, cancellationToken).ConfigureAwait(false);
        return [.. listing.Entries.Select(entry => entry.Hospital).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
    }

    private async Task<ImportedDataset> RunAsync(
        IDatasetSource source, DatasetImportOptions options, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        DatasetListing listing = await DatasetReader.ListAsync(source, decoder.Patients, options, cancellationToken).ConfigureAwait(false);
        var items = new DatasetItem?[listing.Entries.Count];
        var refusals = new RejectedFile?[listing.Entries.Count];
        await DatasetReader.DecodeAllAsync(
            source,
            listing.Entries,
            decoder,
            async (index, outcome, token) =>
            {
                DatasetEntry entry = listing.Entries[index];
                if (outcome.Image is null)
                {
                    refusals[index] = new RejectedFile(ShownName.Of(entry.Name), outcome.Refusal!.Kind, outcome.Refusal.Reason);
                    return;
                }

                string id = await store.AddAsync(outcome.Image, entry.IsSynthetic, token).ConfigureAwait(false);
                items[index] = ItemOf(entry, outcome, id);
            },
            progress,
            cancellationToken).ConfigureAwait(false);

        var dataset = new ImportedDataset([.. items.OfType<DatasetItem>()], [.. listing.Rejected, .. refusals.OfType<RejectedFile>()], listing.Warnings);
        return dataset.Items.Count > 0 ? dataset : throw NothingUsable(dataset.Rejected);
    }

    internal static DatasetItem ItemOf(DatasetEntry entry, DecodeOutcome outcome, string id) =>
        new(id, ImageStore.RelativePathOf(id), entry.Label, entry.PatientKey ?? outcome.PatientKey, entry.Split)
        {
            Hospital = entry.Hospital,
            Width = outcome.Image!.Width,
            Height = outcome.Image.Height,
            IsSynthetic = entry.IsSynthetic,
            Facts = outcome.Facts!,
        };

    internal static DatasetRefusedException NothingUsable(IReadOnlyList<RejectedFile> rejected) => new(
        rejected.Count == 0
            ? "No labelled image was found: expected a folder per class, or a manifest.csv with the columns file and label."
            : $"None of {rejected.Count} files is usable. The first, {rejected[0].Name}: {rejected[0].Reason}");
}
