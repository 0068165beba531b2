using FedPortal.Training.Datasets;

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

    /// <summary>The next version of a data set, with the changes that were drafted on it.</summary>
    public Dataset(Dataset previous, DateTimeOffset now)
        : this(previous.Name, previous.InstitutionId, previous.Purpose, DatasetSource.Revision, $"{previous.Id}", hospital: null, previous.Seed, now)
    {
        Version = previous.Version + 1;
        PreviousId = previous.Id;
        Changes = previous.Draft;
        Terms = previous.Terms;
        IsSynthetic = previous.IsSynthetic;
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

    /// <summary>From 1; a revision is one more than what it was made from.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>The version that this one was made from, or null.</summary>
    public Guid? PreviousId { get; private set; }

    /// <summary>What was changed against <see cref="PreviousId"/>.</summary>
    public IReadOnlyList<DatasetChange> Changes { get; private set; } = [];

    /// <summary>What a person has decided so far for the next version.</summary>
    public IReadOnlyList<DatasetChange> Draft { get; private set; } = [];

    /// <summary>Images with places that look like writing.</summary>
    public int SuspectCount { get; private set; }

    /// <summary>Those that a person looked at and found to name nobody.</summary>
    public IReadOnlyList<int> JudgedHarmless { get; private set; } = [];

    /// <summary>Keyed tags of the images (<see cref="Training.Datasets.DuplicateTags"/>).</summary>
    public byte[] DuplicateTags { get; private set; } = [];

    /// <summary>Null until somebody accepted them for the institution.</summary>
    public DataUseTerms? Terms { get; private set; }

    /// <summary>Images that still wait for a person's look.</summary>
    public int UnreviewedCount => SuspectCount - JudgedHarmless.Count;

    public int TrainCount => ClassCount.TrainOf(Classes);

    public int HoldoutCount => ClassCount.HoldoutOf(Classes);

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
        DuplicateTags = result.DuplicateTags;
        SuspectCount = result.SuspectCount;
        JudgedHarmless = result.JudgedHarmless;
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

    /// <summary>Replaces the draft's decision on one image; an empty change takes it back.</summary>
    public void Decide(DatasetChange change, DateTimeOffset now)
    {
        RequireReady("be edited");
        Draft = [.. Draft.Where(old => old.Index != change.Index).Concat(change.IsEmpty ? [] : [change]).OrderBy(one => one.Index)];
        ChangedAt = now;
    }

    /// <summary>Throws the draft away.</summary>
    public void ClearDraft(DateTimeOffset now)
    {
        Draft = [];
        ChangedAt = now;
    }

    /// <summary>A person looked at the writing in an image: it names nobody, or after all it may.</summary>
    public void Judge(int index, bool isHarmless, DateTimeOffset now)
    {
        RequireReady("be judged");
        JudgedHarmless = [.. JudgedHarmless.Where(old => old != index).Concat(isHarmless ? [index] : []).Order()];
        ChangedAt = now;
    }

    /// <exception cref="ArgumentException">The end is not in the future, or too far in it.</exception>
    public void AcceptTerms(string acceptedBy, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        if (expiresAt <= now || expiresAt > now.AddYears(DataUseTerms.MaxYears))
        {
            throw new ArgumentException($"The terms must end after {now:yyyy-MM-dd} and within {DataUseTerms.MaxYears} years, not on {expiresAt:yyyy-MM-dd}.", nameof(expiresAt));
        }

        Terms = new DataUseTerms(DataUseTerms.CurrentVersion, acceptedBy, now, expiresAt);
        ChangedAt = now;
    }

    /// <summary>The institution ends the use: the terms end now.</summary>
    public void WithdrawTerms(DateTimeOffset now)
    {
        Terms = Terms is { } terms ? terms with { ExpiresAt = now } : throw new InvalidOperationException($"No terms are recorded for data set '{Name}'.");
        ChangedAt = now;
    }

    private void RequireReady(string move)
    {
        if (State != DatasetState.Ready)
        {
            throw new InvalidOperationException($"Data set '{Name}' is {State} and cannot {move}.");
        }
    }

    private void RequireImporting(string move)
    {
        if (State != DatasetState.Importing)
        {
            throw new InvalidOperationException($"Data set '{Name}' is {State} and cannot {move}.");
        }
    }
}
