namespace FedPortal.Training.Accounting;

/// <summary>Whose presence the noise hides. The words of ledgers are the lower-case names.</summary>
public enum PrivacyUnit
{
    /// <summary>A whole institution's update of a round.</summary>
    Institution = 0,

    /// <summary>One patient's contribution to an institution's update.</summary>
    Patient = 1,
}

/// <summary>What a study trains and noises.</summary>
public enum PrivacyRegime
{
    /// <summary>The whole network; the unit is the institution.</summary>
    FullNetwork = 0,

    /// <summary>A small head on projected features of a frozen network; the unit is the patient.</summary>
    PrivateHead = 1,
}

/// <summary>How noise and clipping move over the rounds of a study.</summary>
public enum NoiseScheduleKind
{
    /// <summary>The same in every round.</summary>
    Constant = 0,

    /// <summary>Times a factor from round to round.</summary>
    Geometric = 1,
}
