namespace FedPortal.Training.Datasets;

/// <summary>Divides a data set that was just imported into training and hold-out, and records how.</summary>
public static class DatasetDivision
{
    /// <summary>All images are hold-out.</summary>
    public static (ImportedDataset Dataset, SplitRecord Split) AllHoldout(ImportedDataset imported) => Recorded(
        "all images are hold-out",
        new ImportedDataset([.. imported.Items.Select(item => item with { Split = DatasetSplit.Holdout })], imported.Rejected, imported.Warnings));

    /// <summary>As the data set says, or else by patient and class.</summary>
    /// <param name="holdoutShare">Asked share of the hold-out, between 0 and 1.</param>
    /// <exception cref="DatasetRefusedException">The data set puts a patient on both sides.</exception>
    public static (ImportedDataset Dataset, SplitRecord Split) Of(ImportedDataset imported, double holdoutShare, int seed)
    {
        bool isGiven = imported.Items.All(item => item.Split is not null) && imported.Items.Any(item => item.Split == DatasetSplit.Holdout);
        if (isGiven)
        {
            RefuseTornPatients(imported);
            return Recorded("given by the data set", imported);
        }

        DatasetSplitRecord split = DatasetSplitter.Split(imported, holdoutShare, seed);
        var holdout = split.Holdout.ToHashSet();
        DatasetItem[] items = [.. imported.Items.Select((item, i) => item with { Split = holdout.Contains(i) ? DatasetSplit.Holdout : DatasetSplit.Train })];
        return Recorded("by patient, stratified by class", new ImportedDataset(items, imported.Rejected, imported.Warnings), seed, holdoutShare);
    }

    /// <summary>As an earlier version was divided: every image keeps its side.</summary>
    public static (ImportedDataset Dataset, SplitRecord Split) AsBefore(ImportedDataset revised, int version) => Recorded($"as in version {version}", revised);

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
}
