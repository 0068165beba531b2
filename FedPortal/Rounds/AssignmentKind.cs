using FedPortal.Training.Protocol;

namespace FedPortal.Rounds;

/// <summary>What a site program is asked to do in one run.</summary>
public enum AssignmentKind
{
    /// <summary>Make the first global model of a study from its seed.</summary>
    Initialise,

    /// <summary>Train on the institution's training images and hand the update in.</summary>
    Train,

    /// <summary>Evaluate a global model on a hold-out and hand the predictions in.</summary>
    Evaluate,

    /// <summary>Help to open the sum of a protected round.</summary>
    Unlock,

    /// <summary>Score the institution's own patients for an attack test and hand the counts in.</summary>
    Attack,

    /// <summary>Evaluate a released model once more, on the hold-out as it is now.</summary>
    Revalidate,

    /// <summary>Ask a model about the institution's own disturbed images for a robustness test and hand the predictions in.</summary>
    Robustness,
}

public static class AssignmentKinds
{
    /// <summary>The same in the protocol's word.</summary>
    public static SiteWork Work(this AssignmentKind kind) => kind switch
    {
        AssignmentKind.Initialise => SiteWork.Initialise,
        AssignmentKind.Train => SiteWork.Train,
        AssignmentKind.Evaluate or AssignmentKind.Revalidate => SiteWork.Evaluate,
        AssignmentKind.Unlock => SiteWork.Unlock,
        AssignmentKind.Attack => SiteWork.Attack,
        AssignmentKind.Robustness => SiteWork.Robustness,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No site program does this."),
    };
}

public enum AssignmentState
{
    /// <summary>To be started when there is room and its time has come.</summary>
    Waiting,

    /// <summary>A site program holds the lease.</summary>
    Running,

    /// <summary>The result is stored. Final.</summary>
    Done,

    /// <summary>No attempts are left. Final.</summary>
    Failed,

    /// <summary>Nobody wants the result any more. Final.</summary>
    Cancelled,
}
