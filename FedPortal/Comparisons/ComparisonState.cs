namespace FedPortal.Comparisons;

/// <summary>Where a comparison is.</summary>
public enum ComparisonState
{
    /// <summary>Asked for.</summary>
    Waiting,

    /// <summary>Methods are being run, one after the other.</summary>
    Running,

    /// <summary>All methods are measured. Final.</summary>
    Done,

    /// <summary>It ended with a reason; finished methods are kept. Final.</summary>
    Failed,

    /// <summary>Somebody stopped it; finished methods are kept. Final.</summary>
    Cancelled,
}
