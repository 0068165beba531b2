namespace FedPortal.Training.Attacks;

/// <summary>What is claimed of a model, as the ledger gives it.</summary>
/// <param name="Epsilon">Null where nothing is claimed: no noise, or a mechanism that is not accounted.</param>
/// <param name="Delta">δ of the claim.</param>
/// <param name="Unit">Whom it protects: "institution" or "patient".</param>
/// <param name="View">Against whom: "published sum", "colluding institutions", "single update".</param>
public sealed record PrivacyClaim(double? Epsilon, double Delta, string Unit, string View)
{
    /// <summary>No noise was added, or nobody accounted for it.</summary>
    public static PrivacyClaim Nothing { get; } = new(null, 1e-5, "patient", "published sum");

    /// <summary>What the finding says about the claim. A patient is part of an institution, so a bound for patients also holds against a claim for institutions.</summary>
    public ClaimVerdict Judge(EpsilonFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Epsilon is not { } claimed ? ClaimVerdict.NothingClaimed : finding.LowerBound > claimed ? ClaimVerdict.Exceeded : ClaimVerdict.NotExceeded;
    }
}

/// <summary>What an attack says about a claim.</summary>
public enum ClaimVerdict
{
    /// <summary>There is no ε to contradict.</summary>
    NothingClaimed,

    /// <summary>The attack's lower bound is not above the claim. That does not show that the claim is true.</summary>
    NotExceeded,

    /// <summary>The attack's lower bound is above the claim: the claim is wrong at the stated confidence.</summary>
    Exceeded,
}
