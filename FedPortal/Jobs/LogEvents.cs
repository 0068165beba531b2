namespace FedPortal.Jobs;

/// <summary>Events of the log that monitoring may look for: numbers and names are stable.</summary>
internal static class LogEvents
{
    public static readonly EventId RoundMoved = new(1001, nameof(RoundMoved));
    public static readonly EventId StudyNotMoved = new(1002, nameof(StudyNotMoved));
    public static readonly EventId SiteProgramFailed = new(1101, nameof(SiteProgramFailed));
    public static readonly EventId ImportFailed = new(1201, nameof(ImportFailed));
    public static readonly EventId ImportRefused = new(1202, nameof(ImportRefused));
    public static readonly EventId ModelTestFailed = new(1301, nameof(ModelTestFailed));
    public static readonly EventId ComparisonFailed = new(1302, nameof(ComparisonFailed));
    public static readonly EventId MessageNotSent = new(1401, nameof(MessageNotSent));
    public static readonly EventId AlertOpened = new(1402, nameof(AlertOpened));
    public static readonly EventId AlertOver = new(1403, nameof(AlertOver));
    public static readonly EventId Removed = new(1501, nameof(Removed));
}
