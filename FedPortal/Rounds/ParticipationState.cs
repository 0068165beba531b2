namespace FedPortal.Rounds;

/// <summary>How far one institution has come in one round.</summary>
public enum ParticipationState
{
    Invited,

    /// <summary>Its one-time key is registered. Protected strategies only.</summary>
    Keyed,

    Training,

    /// <summary>Its update is stored and its hash was checked.</summary>
    Submitted,

    /// <summary>Its update is part of the sum. Final.</summary>
    Accepted,

    /// <summary>Its update was left out, with the reason. Final.</summary>
    Excluded,

    /// <summary>It handed nothing in, with the reason. Final.</summary>
    Dropped,
}
