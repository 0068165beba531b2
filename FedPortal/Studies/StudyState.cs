namespace FedPortal.Studies;

public enum StudyState
{
    /// <summary>Described, not started.</summary>
    Draft,

    /// <summary>Its flight plan is frozen and waits for the coordinators' signatures.</summary>
    Proposed,

    /// <summary>Its rounds are being run.</summary>
    Running,

    /// <summary>All rounds are done. Final.</summary>
    Completed,

    /// <summary>Someone stopped it. Final.</summary>
    Cancelled,

    /// <summary>A round failed; <see cref="Study.FailureReason"/> says why. May be resumed, which opens the next attempt of that round.</summary>
    Failed,
}
