using FedPortal.Runs;

namespace FedPortal.Operation;

/// <summary>Long runs as tasks.</summary>
internal static class JobStates
{
    public static JobState Of(RunState state) => state switch
    {
        RunState.Waiting => JobState.Queued,
        RunState.Running => JobState.Running,
        RunState.Done => JobState.Done,
        RunState.Failed => JobState.Failed,
        _ => JobState.Cancelled,
    };
}
