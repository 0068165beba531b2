namespace FedPortal.Runs;

/// <summary>Where a long run is.</summary>
public enum RunState
{
    /// <summary>Asked for.</summary>
    Waiting,

    Running,

    /// <summary>The result is stored. Final.</summary>
    Done,

    /// <summary>It ended with a reason; what was finished is kept. Final.</summary>
    Failed,

    /// <summary>A person stopped it; what was finished is kept. Final.</summary>
    Cancelled,
}
