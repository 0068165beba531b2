namespace FedPortal.Datasets;

/// <summary>What the portal knows of a set of images: counts and quality. The images themselves stay in the site's store.</summary>
public sealed class Dataset
{
    /// <param name="institutionId">The owner; null only for a consortium hold-out.</param>
    /// <param name="location">Folder or zip file to read, on the portal's machine.</param>
    /// <param name="hospital">Only what the folder or its manifest says to be this hospital's; null takes all.</param>
    /// <param name="id">Given where a site made it; null makes one.</param>
    public Dataset(string name, Guid? institutionId, DatasetPurpose purpose, DatasetSource source, string location, string? hospital, int seed, DateTimeOffset now, Guid? id = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (institutionId is null != (purpose == DatasetPurpose.ConsortiumHoldout))
        {
            throw new ArgumentException($"A data set for {purpose} {(institutionId is null ? "needs" : "must not have")} an institution.", nameof(institutionId));
        }

        Id = id ?? Guid.CreateVersion7(now);
        Name = name.Trim();
        InstitutionId = institutionId;
        Purpose = purpose;
        Source = source;
        Location = location;
        Hospital = hospital;
        Seed = seed;
        IsSynthetic = source == DatasetSource.Phantoms;
        CreatedAt = ChangedAt = now;
    }

    private Dataset()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    public Guid? InstitutionId { get; private set; }

    public DatasetPurpose Purpose { get; private set; }

    public DatasetSource Source { get; private set; }

    public string Location { get; private set; } = "";

    public string? Hospital { get; private set; }

    /// <summary>Seeds the split.</summary>
    public int Seed { get; private set; }

    public DatasetState State { get; private set; } = DatasetState.Importing;

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public bool IsSynthetic { get; private set; }

    /// <summary>Files read so far and files found, while importing.</summary>
    public int FilesDone { get; private set; }

    public int FilesTotal { get; private set; }

    public IReadOnlyList<ClassCount> Classes { get; private set; } = [];

    public int RejectedCount { get; private set; }

    public string? QualityReportJson { get; private set; }

    public string? SplitRecordJson { get; private set; }

    public string? ContentHash { get; private set; }

    public string? FailureReason { get; private set; }

    public int TrainCount => Classes.Sum(c => c.Train);

    public int HoldoutCount => Classes.Sum(c => c.Holdout);

    public void ReportProgress(int done, int total, DateTimeOffset now)
    {
        RequireImporting("report progress");
        FilesDone = done;
        FilesTotal = total;
        ChangedAt = now;
    }

    public void Finish(ImportResult result, DateTimeOffset now)
    {
        RequireImporting("become Ready");
        Classes = result.Classes;
        RejectedCount = result.RejectedCount;
        FilesDone = FilesTotal = result.Classes.Sum(c => c.Total) + result.RejectedCount;
        IsSynthetic = result.IsSynthetic;
        QualityReportJson = result.QualityReportJson;
        SplitRecordJson = result.SplitRecordJson;
        ContentHash = result.ContentHash;
        State = DatasetState.Ready;
        ChangedAt = now;
    }

    public void Fail(string reason, DateTimeOffset now)
    {
        RequireImporting("become Failed");
        FailureReason = reason;
        State = DatasetState.Failed;
        ChangedAt = now;
    }

    private void RequireImporting(string move)
    {
        if (State != DatasetState.Importing)
        {
            throw new InvalidOperationException($"Data set '{Name}' is {State} and cannot {move}.");
        }
    }
}
