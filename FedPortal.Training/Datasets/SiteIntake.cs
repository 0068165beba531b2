using FedPortal.Training.Imaging;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Datasets;

/// <summary>How images come into a site's home.</summary>
/// <param name="Hospital">Only what the folder says to be this hospital's, or null for all.</param>
/// <param name="AllHoldout">All images evaluate, none trains.</param>
/// <param name="HoldoutShare">Asked share of the hold-out where the data set does not divide itself.</param>
/// <param name="Seed">Of the division.</param>
public sealed record IntakeOptions(string? Hospital, bool AllHoldout, double HoldoutShare, int Seed);

/// <param name="Dataset">As it lies in the site's home now.</param>
/// <param name="Report">Without names of files; it still has thumbnails.</param>
public sealed record IntakeResult(ImportedDataset Dataset, SplitRecord Split, QualityReport Report);

/// <summary>
/// Brings images into a site's home: decode in the sandbox, de-identify, store, divide by patient, check quality. Everything is named by its
/// content, so an intake that was cut off is simply run again.
/// </summary>
public sealed class SiteIntake(SiteHome home)
{
    /// <param name="location">Folder or zip file.</param>
    /// <exception cref="DatasetRefusedException">Nothing usable came in.</exception>
    public async Task<IntakeResult> RunAsync(Guid datasetId, string location, IntakeOptions options, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        var store = new ImageStore(home.Images);
        await using var decoder = new XrayDecoder(patients: PatientKeys.LoadOrCreate(home.PatientKey));
        var wanted = new DatasetImportOptions { Hospital = options.Hospital, Split = options.AllHoldout ? DatasetSplit.Holdout : null };
        ImportedDataset imported = await new DatasetImport(store, decoder).RunAsync(location, wanted, progress, cancellationToken).ConfigureAwait(false);
        (ImportedDataset divided, SplitRecord split) = options.AllHoldout
            ? DatasetDivision.AllHoldout(imported)
            : DatasetDivision.Of(imported, options.HoldoutShare, options.Seed);
        return await FinishAsync(datasetId, divided, split, store, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the next version of a data set that lies in the home.</summary>
    /// <param name="previousId">The data set that the changes are about.</param>
    /// <param name="previousVersion">Its version, for the record of the split.</param>
    /// <returns>The new version, and for each of its images the place in the previous one.</returns>
    public async Task<(IntakeResult Result, IReadOnlyList<int> Origins)> ReviseAsync(
        Guid datasetId, Guid previousId, int previousVersion, IReadOnlyCollection<DatasetChange> changes, CancellationToken cancellationToken)
    {
        var store = new ImageStore(home.Images);
        RevisedDataset revised = await DatasetRevision.ApplyAsync(ImportedDataset.Load(home.DatasetFile(previousId)), changes, store, cancellationToken).ConfigureAwait(false);
        (ImportedDataset divided, SplitRecord split) = DatasetDivision.AsBefore(revised.Dataset, previousVersion);
        return (await FinishAsync(datasetId, divided, split, store, cancellationToken).ConfigureAwait(false), revised.Origins);
    }

    private async Task<IntakeResult> FinishAsync(Guid datasetId, ImportedDataset divided, SplitRecord split, ImageStore store, CancellationToken cancellationToken)
    {
        divided.Save(home.DatasetFile(datasetId));
        QualityReport report = await DatasetCheck.OfStoredAsync(divided, store, progress: null, cancellationToken).ConfigureAwait(false);
        return new IntakeResult(divided, split, report.WithoutNames());
    }
}
