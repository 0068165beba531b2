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

/// <summary>What follows from where a run is.</summary>
public static class RunStates
{
    /// <summary>Nothing changes any more.</summary>
    public static bool IsFinal(this RunState state) => state is RunState.Done or RunState.Failed or RunState.Cancelled;

    /// <summary>It ended without its result, so that it can be asked for anew.</summary>
    public static bool MayRetry(this RunState state) => state is RunState.Failed or RunState.Cancelled;
}
