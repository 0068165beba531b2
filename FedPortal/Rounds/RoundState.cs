namespace FedPortal.Rounds;

/// <summary>How far a round has come, in the order of the straight line.</summary>
public enum RoundState
{
    /// <summary>Its turn has not come.</summary>
    Planned,

    /// <summary>The roster is invited; nobody has begun.</summary>
    Opened,

    /// <summary>At least one institution trains.</summary>
    Training,

    /// <summary>Hand-in is over and the quorum is met.</summary>
    Submitted,

    /// <summary>Sketches were compared and the contributors fixed. Protected strategies only.</summary>
    Screened,

    /// <summary>The accepted updates were added.</summary>
    Aggregated,

    /// <summary>Helpers gave the shares that open the sum, and only the sum. Protected strategies only.</summary>
    Unlocked,

    /// <summary>The server optimiser made the next global model.</summary>
    Applied,

    /// <summary>The institutions evaluated the new model.</summary>
    Evaluated,

    /// <summary>Done. Final.</summary>
    Completed,

    /// <summary>Stopped; <see cref="Round.FailureReason"/> says why. Final: a new attempt is a new round.</summary>
    Failed,
}
