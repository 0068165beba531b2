namespace FedPortal.Inference;

/// <summary>How often the released model of a study is measured again.</summary>
public sealed class ModelWatch
{
    public const int MostDays = 366;

    public ModelWatch(Guid studyId, int intervalDays, string changedBy, DateTimeOffset now)
    {
        StudyId = studyId;
        Change(intervalDays, changedBy, now);
    }

    private ModelWatch()
    {
        // For EF Core.
    }

    public Guid StudyId { get; private set; }

    /// <summary>0 for never.</summary>
    public int IntervalDays { get; private set; }

    /// <summary>When the next re-validation is due; null for never. Changed with every one, so that of two portals one begins it.</summary>
    public DateTimeOffset? NextAt { get; private set; }

    public string ChangedBy { get; private set; } = "";

    /// <exception cref="ArgumentException">The interval is out of its range.</exception>
    public void Change(int intervalDays, string changedBy, DateTimeOffset now)
    {
        if (intervalDays is < 0 or > MostDays)
        {
            throw new ArgumentException($"Expected an interval of 0 (never) to {MostDays} days but got {intervalDays}.");
        }

        IntervalDays = intervalDays;
        ChangedBy = changedBy;
        NextAt = intervalDays == 0 ? null : now.AddDays(intervalDays);
    }

    /// <summary>Sets the next one after one has begun.</summary>
    public void Begin(DateTimeOffset now) => NextAt = IntervalDays == 0 ? null : now.AddDays(IntervalDays);
}
